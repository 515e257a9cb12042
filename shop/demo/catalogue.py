"""The demo shop's goods: what they are, do and cost, in the words a shopper reads.

Prices are in the shop's currency. Pictures lie in `pictures/`, beside this file. Serums, gels and creams are cosmetics
in the United States, so the copy speaks of looks and never of healing; the sunscreen is an over-the-counter drug, so
it says what sunscreen labels may say (21 CFR 201.327) and no more.
"""

from dataclasses import dataclass
from decimal import Decimal

PRODUCT_CLASS = "Skin care"


@dataclass(frozen=True, kw_only=True)
class Category:
    """A shelf. `slug` names it for good, `help` is the line under its title."""

    slug: str
    name: str
    help: str
    meta_description: str


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """Something every product says about itself. With `options` it is picked from them, otherwise it is text."""

    code: str
    name: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A file in `pictures/`, and what somebody who does not see it needs to know."""

    file: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class Size:
    """What is weighed, priced and counted. A product with more than one of them lets the shopper choose."""

    size: str
    sku: str
    price: Decimal
    in_stock: int
    low_stock_threshold: int = 10
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Product:
    """One thing with one job. `slug` names it for good; `description` is HTML, everything else plain text."""

    slug: str
    title: str
    categories: tuple[str, ...]
    line: str
    meta_description: str
    description: str
    does: tuple[str, ...]
    does_not: tuple[str, ...]
    how_to_use: tuple[str, ...]
    active_ingredient: str
    ingredients: str
    key_ingredient: tuple[str, ...]
    skin_concern: tuple[str, ...]
    skin_type: tuple[str, ...]
    sizes: tuple[Size, ...]
    pictures: tuple[Picture, ...]
    goes_well_with: tuple[str, ...]


CATEGORIES = (
    Category(
        slug="cleanse",
        name="Cleanse",
        help="A clean start, without the tight feeling. Everything that follows works better on it.",
        meta_description="A daily face wash and a toner with two acids for textured skin.",
    ),
    Category(
        slug="treat",
        name="Treat",
        help="Start with one. Give it eight weeks before you judge it or add the next.",
        meta_description="Retinol, niacinamide, acids and silicone gel for rough-looking skin and newer scars.",
    ),
    Category(
        slug="protect",
        name="Protect",
        help="Comfort at night, sunscreen in the morning, and something between your fingers and a spot.",
        meta_description="A plain moisturizer, a broad-spectrum SPF 50 and patches that keep fingers off a spot.",
    ),
    Category(
        slug="sets",
        name="Sets",
        help="Things that work together, in one box, for less than they cost apart.",
        meta_description="Skin care that works together, in one box, for less than it costs apart.",
    ),
)

ATTRIBUTES = (
    Attribute(code="line", name="One line"),
    Attribute(code="does", name="What it does, one thing a line"),
    Attribute(code="does_not", name="What it does not do, one thing a line"),
    Attribute(code="how_to_use", name="How to use it, one step a line"),
    Attribute(code="active_ingredient", name="Active ingredient with its strength"),
    Attribute(code="ingredients", name="Full ingredient list"),
    Attribute(code="size", name="Size"),
    Attribute(
        code="skin_concern",
        name="Skin concern",
        options=(
            "Rough texture",
            "Uneven tone",
            "Visible pores",
            "Newer scars",
            "Breakouts",
            "Dry skin",
            "Sun exposure",
        ),
    ),
    Attribute(
        code="key_ingredient",
        name="Active ingredient",
        options=(
            "Retinol",
            "Niacinamide",
            "Glycolic acid",
            "Salicylic acid",
            "Silicone",
            "Ceramides",
            "Sunscreen filters",
            "Hydrocolloid",
        ),
    ),
    Attribute(
        code="skin_type",
        name="Skin type",
        options=("Normal", "Dry", "Oily", "Combination", "Sensitive"),
    ),
)

RETINOL_SERUM = Product(
    slug="renewal-retinol-serum",
    title="Renewal Retinol Serum",
    categories=("treat",),
    line="A nighttime retinol for a smoother look",
    meta_description="A 0.3% retinol serum for the evening. Helps rough, marked skin look smoother over about twelve "
    "weeks. 30 ml.",
    description="<p>Retinol at 0.3%, in a light milk of squalane and glycerin: strong enough to be worth the wait, "
    "mild enough that most skin gets used to it.</p>"
    "<p>No fragrance and no color. The amber glass keeps the light out; use it within six months of opening.</p>",
    does=(
        "Help rough skin look smoother over about twelve weeks",
        "Soften the look of shallow marks and fine lines",
        "Sink in within two minutes, without a greasy finish",
        "Go a long way: one bottle lasts about three months",
    ),
    does_not=(
        "Fill in a deep pockmark",
        "Show much before the eighth week",
        "Belong on the same evening as the acid toner",
        "Suit pregnancy or breastfeeding; leave retinol out then",
    ),
    how_to_use=(
        "Use it in the evening. Wash, and wait until your skin is quite dry.",
        "Spread three drops over your whole face, clear of the eyes and lips.",
        "Begin with two evenings a week. Add one every second week while your skin stays calm.",
        "Moisturizer on top, and sunscreen every morning.",
    ),
    active_ingredient="Retinol 0.3%",
    ingredients="Water (Aqua), Squalane, Glycerin, Caprylic/Capric Triglyceride, Propanediol, Cetearyl Alcohol, "
    "Polyglyceryl-6 Distearate, Jojoba Esters, Panthenol, Polysorbate 20, Retinol, Bisabolol, Sodium Hyaluronate, "
    "Tocopherol, Helianthus Annuus (Sunflower) Seed Oil, Cetyl Alcohol, Polyglyceryl-3 Beeswax, Xanthan Gum, "
    "Carbomer, Sodium Hydroxide, Disodium EDTA, BHT, Phenoxyethanol, Ethylhexylglycerin",
    key_ingredient=("Retinol",),
    skin_concern=("Rough texture", "Uneven tone"),
    skin_type=("Normal", "Dry", "Oily", "Combination"),
    sizes=(Size(size="30 ml", sku="MG-RETINOL-30", price=Decimal("38.00"), in_stock=120),),
    pictures=(
        Picture(
            file="renewal-retinol-serum-1.jpg",
            alt="Amber glass dropper bottle of Renewal Retinol Serum, 30 ml, with a bone paper label, charcoal "
            "dropper and brass ring, on warm paper.",
        ),
        Picture(
            file="renewal-retinol-serum-2.jpg",
            alt="Open amber bottle of Renewal Retinol Serum with the glass pipette lifted above its neck and a drop "
            "of pale serum at the tip.",
        ),
    ),
    goes_well_with=("barrier-moisturizer", "daily-shield-spf-50", "silicone-scar-gel", "salicylic-face-wash"),
)

NIACINAMIDE_SERUM = Product(
    slug="niacinamide-texture-serum",
    title="Niacinamide Texture Serum",
    categories=("treat",),
    line="Evens the look of tone and pores",
    meta_description="A light 10% niacinamide serum that evens the look of tone and pores, day and night. 30 ml.",
    description="<p>Niacinamide at 10%, with a little zinc and panthenol in water. It is the easiest place to begin: "
    "no peeling, and no waiting for the evening.</p>"
    "<p>No fragrance, no color and no oil. Use it within twelve months of opening.</p>",
    does=(
        "Help uneven tone look calmer over eight weeks",
        "Make pores look smaller and the skin less shiny",
        "Layer under anything, the retinol included",
        "Suit the morning as well as the evening",
    ),
    does_not=(
        "Change the depth of a scar",
        "Shrink a pore for good; it changes how it looks",
        "Peel or burn; if it stings, use it every other day",
    ),
    how_to_use=(
        "Use it morning and evening, on clean skin.",
        "Press four drops over your face with flat hands.",
        "Wait a minute, then moisturizer, and sunscreen in the morning.",
        "Give it eight weeks. One bottle lasts about two months.",
    ),
    active_ingredient="Niacinamide 10%",
    ingredients="Water (Aqua), Niacinamide, Propanediol, Glycerin, Pentylene Glycol, Panthenol, Zinc PCA, "
    "Sodium Hyaluronate, Allantoin, Xanthan Gum, Hydroxyethylcellulose, Citric Acid, Sodium Citrate, "
    "Ethylhexylglycerin, Phenoxyethanol",
    key_ingredient=("Niacinamide",),
    skin_concern=("Uneven tone", "Visible pores", "Rough texture"),
    skin_type=("Normal", "Dry", "Oily", "Combination"),
    sizes=(Size(size="30 ml", sku="MG-NIACINAMIDE-30", price=Decimal("32.00"), in_stock=140),),
    pictures=(
        Picture(
            file="niacinamide-texture-serum-1.jpg",
            alt="Frosted bone glass dropper bottle of Niacinamide Texture Serum, 30 ml, with a charcoal dropper and "
            "brass ring, on warm paper.",
        ),
    ),
    goes_well_with=("salicylic-face-wash", "daily-shield-spf-50", "barrier-moisturizer", "renewal-retinol-serum"),
)

ACID_TONER = Product(
    slug="resurfacing-aha-bha-toner",
    title="Resurfacing AHA + BHA Toner",
    categories=("cleanse", "treat"),
    line="Two acids, three evenings a week",
    meta_description="An exfoliating toner with 6% glycolic and 1% salicylic acid for dull, rough-looking skin. "
    "200 ml.",
    description="<p>Glycolic acid at 6% loosens dead cells on the surface; salicylic acid at 1% does the same inside "
    "the pore. Aloe and panthenol keep the two polite.</p>"
    "<p>No fragrance and no drying alcohol. Acids make skin more sensitive to the sun: wear sunscreen while you use "
    "it and for a week after you stop.</p>",
    does=(
        "Help dull, rough skin look smoother and brighter",
        "Clear dead cells from the surface and the pores",
        "Tingle a little in the first week; that should fade",
    ),
    does_not=(
        "Reach a deep scar; that is a job for a doctor's office",
        "Belong on the same evening as the retinol",
        "Work better every day; more only irritates",
        "Replace the wash before it or the sunscreen after it",
    ),
    how_to_use=(
        "Use it in the evening, after washing, on dry skin.",
        "Wet a cotton pad and wipe once over your face, clear of the eyes.",
        "Do not rinse. Wait five minutes, then moisturizer.",
        "One evening a week at first, three at most. Sunscreen every morning.",
    ),
    active_ingredient="Glycolic acid 6%, salicylic acid 1%",
    ingredients="Water (Aqua), Glycolic Acid, Propanediol, Aloe Barbadensis Leaf Juice, Glycerin, Sodium Hydroxide, "
    "Butylene Glycol, Salicylic Acid, Panthenol, Sodium Hyaluronate, Allantoin, Polysorbate 20, "
    "Hydroxyethylcellulose, Sodium Citrate, Disodium EDTA, Ethylhexylglycerin, Phenoxyethanol",
    key_ingredient=("Glycolic acid", "Salicylic acid"),
    skin_concern=("Rough texture", "Uneven tone", "Visible pores"),
    skin_type=("Normal", "Oily", "Combination"),
    sizes=(Size(size="200 ml", sku="MG-TONER-200", price=Decimal("28.00"), in_stock=90),),
    pictures=(
        Picture(
            file="resurfacing-toner-1.jpg",
            alt="Translucent forest-green cylinder bottle of Resurfacing Toner, 200 ml, with a black disc cap and "
            "bone lettering.",
        ),
    ),
    goes_well_with=("barrier-moisturizer", "daily-shield-spf-50", "salicylic-face-wash", "niacinamide-texture-serum"),
)

SCAR_GEL = Product(
    slug="silicone-scar-gel",
    title="Silicone Scar Gel",
    categories=("treat",),
    line="A thin, dry film for newer scars",
    meta_description="A clear silicone gel that dries to a thin film over newer scars. 20 g and 60 g.",
    description="<p>Silicones and vitamin E. No fragrance, no color, no drying alcohol.</p>"
    "<p>A clear gel that turns dry to the touch. Use it within twelve months of opening.</p>",
    does=(
        "Dry clear in a few minutes, without shine",
        "Keep a newer scar hydrated and comfortable",
        "Help a newer scar look flatter and calmer over the weeks",
        "Sit quietly under moisturizer and sunscreen",
    ),
    does_not=(
        "Raise an old, deep pockmark",
        "Go on open or broken skin",
        "Take the place of sunscreen",
        "Do much in the first two weeks",
    ),
    how_to_use=(
        "Wait until the skin has closed. Wash and dry the spot.",
        "Spread a drop the size of a lentil until you barely see it.",
        "Give it three minutes before anything goes on top.",
        "Morning and evening, for at least eight weeks.",
    ),
    active_ingredient="Silicone (dimethicone)",
    ingredients="Dimethicone, Dimethicone Crosspolymer, Dimethiconol, Tocopherol",
    key_ingredient=("Silicone",),
    skin_concern=("Newer scars",),
    skin_type=("Normal", "Dry", "Oily", "Combination", "Sensitive"),
    sizes=(
        Size(size="20 g", sku="MG-SCAR-GEL-20", price=Decimal("18.00"), in_stock=160),
        Size(
            size="60 g",
            sku="MG-SCAR-GEL-60",
            price=Decimal("42.00"),
            in_stock=60,
            pictures=(
                Picture(
                    file="silicone-scar-gel-60-1.jpg",
                    alt="Large bone-lacquered tube of Silicone Scar Gel, 60 g, standing on its ribbed charcoal cap.",
                ),
            ),
        ),
    ),
    pictures=(
        Picture(
            file="silicone-scar-gel-1.jpg",
            alt="Bone-lacquered aluminum tube of Silicone Scar Gel, 20 g, standing on its ribbed charcoal cap.",
        ),
        Picture(
            file="silicone-scar-gel-2.jpg",
            alt="The 20 g Silicone Scar Gel tube lying open, a ribbon of clear gel in front of its bare metal nozzle "
            "and the charcoal cap beside it.",
        ),
    ),
    goes_well_with=("daily-shield-spf-50", "renewal-retinol-serum", "spot-patches", "barrier-moisturizer"),
)

FACE_WASH = Product(
    slug="salicylic-face-wash",
    title="Salicylic Face Wash",
    categories=("cleanse",),
    line="A daily wash for skin that breaks out",
    meta_description="A gentle gel wash with 0.5% salicylic acid for oily and breakout-prone skin. 150 ml.",
    description="<p>A mild gel that lifts oil and sweat, with salicylic acid at 0.5% to keep pores looking clear. It "
    "rinses clean and leaves no film.</p>"
    "<p>No soap, no sulfates, no fragrance. Use it within twelve months of opening.</p>",
    does=(
        "Wash off oil, sweat and sunscreen",
        "Help pores look clearer with daily use",
        "Leave skin clean, not tight",
    ),
    does_not=(
        "Strip your skin to squeaking",
        "Fade a mark that is already there",
        "Stand in for a doctor if your breakouts are deep or sore",
    ),
    how_to_use=(
        "Wet your face. Take an amount the size of a hazelnut.",
        "Massage for half a minute, along the jaw and hairline too.",
        "Rinse with lukewarm water and pat dry.",
        "Once a day at first. Twice if your skin is oily and stays calm.",
    ),
    active_ingredient="Salicylic acid 0.5%",
    ingredients="Water (Aqua), Cocamidopropyl Betaine, Sodium Cocoyl Isethionate, Glycerin, Coco-Glucoside, "
    "Acrylates Copolymer, Propanediol, Glyceryl Oleate, Panthenol, Salicylic Acid, Allantoin, Sodium Chloride, "
    "Sodium Hydroxide, Citric Acid, Disodium EDTA, Sodium Benzoate, Phenoxyethanol",
    key_ingredient=("Salicylic acid",),
    skin_concern=("Breakouts", "Visible pores"),
    skin_type=("Normal", "Oily", "Combination"),
    sizes=(Size(size="150 ml", sku="MG-WASH-150", price=Decimal("16.00"), in_stock=200),),
    pictures=(
        Picture(
            file="salicylic-face-wash-1.jpg",
            alt="Matte charcoal tube of Salicylic Face Wash, 150 ml, standing on its cap with a thin brass ring.",
        ),
    ),
    goes_well_with=("barrier-moisturizer", "niacinamide-texture-serum", "spot-patches", "daily-shield-spf-50"),
)

MOISTURIZER = Product(
    slug="barrier-moisturizer",
    title="Barrier Moisturizer",
    categories=("protect",),
    line="Plain comfort after stronger things",
    meta_description="A plain cream with ceramides and squalane, for skin that uses retinol or acids. 75 ml.",
    description="<p>Ceramides, squalane and glycerin in a cream that does one thing: it keeps water in. Made for the "
    "evenings when retinol or acids went before it.</p>"
    "<p>No fragrance, no color, no essential oils. Use it within twelve months of opening.</p>",
    does=(
        "Take the tightness out of dry skin",
        "Make retinol and acids easier to live with",
        "Sink in within five minutes and leave no shine",
        "Suit a beard as well as the skin under it",
    ),
    does_not=(
        "Smooth a scar by itself",
        "Hold any sunscreen; that comes after it",
        "Smell of anything",
    ),
    how_to_use=(
        "Use it morning and evening, as the last thing before sunscreen.",
        "Warm an amount the size of a hazelnut between your fingers.",
        "Press it in while the skin is still a little damp.",
        "New to retinol? Put it on first, and the serum over it.",
    ),
    active_ingredient="Ceramides, squalane",
    ingredients="Water (Aqua), Glycerin, Squalane, Caprylic/Capric Triglyceride, Cetearyl Alcohol, Butyrospermum "
    "Parkii (Shea) Butter, Glyceryl Stearate, Ceteareth-20, Panthenol, Ceramide NP, Ceramide AP, Ceramide EOP, "
    "Cholesterol, Phytosphingosine, Sodium Lauroyl Lactylate, Allantoin, Tocopherol, Sodium Hyaluronate, Carbomer, "
    "Xanthan Gum, Disodium EDTA, Ethylhexylglycerin, Phenoxyethanol",
    key_ingredient=("Ceramides",),
    skin_concern=("Dry skin",),
    skin_type=("Normal", "Dry", "Combination", "Sensitive"),
    sizes=(Size(size="75 ml", sku="MG-MOISTURIZER-75", price=Decimal("26.00"), in_stock=110),),
    pictures=(
        Picture(
            file="barrier-moisturizer-1.jpg",
            alt="Heavy glass jar of Barrier Moisturizer, 75 ml, bone inside the glass, with a brushed brass lid.",
        ),
        Picture(
            file="barrier-moisturizer-2.jpg",
            alt="Open jar of Barrier Moisturizer showing a swirl of white cream, its brass lid leaning against the "
            "side.",
        ),
    ),
    goes_well_with=(
        "renewal-retinol-serum",
        "resurfacing-aha-bha-toner",
        "daily-shield-spf-50",
        "salicylic-face-wash",
    ),
)

SUNSCREEN = Product(
    slug="daily-shield-spf-50",
    title="Daily Shield SPF 50",
    categories=("protect",),
    line="Broad-spectrum, with no white cast",
    meta_description="A broad-spectrum SPF 50 sunscreen that helps prevent sunburn and leaves no white cast. 50 ml.",
    description="<p>Broad-spectrum SPF 50 in a thin fluid that you stop noticing. It helps prevent sunburn and "
    "leaves no white cast.</p>"
    "<p>No fragrance and no drying alcohol. Not water resistant.</p>",
    does=(
        "Help prevent sunburn",
        "Cover UVA and UVB: that is what broad-spectrum means",
        "Dry without a white cast, on a beard too",
        "Sit well over serum and moisturizer",
    ),
    does_not=(
        "Last all day; reapply at least every two hours",
        "Withstand swimming or heavy sweat",
        "Replace shade, a hat and a shirt",
        "Go on damaged or broken skin",
    ),
    how_to_use=(
        "Spread it generously, 15 minutes before you go out: two finger lengths for face, ears and neck.",
        "Reapply at least every two hours.",
        "Use a water-resistant sunscreen if you swim or sweat.",
        "Keep it out of your eyes, and ask a doctor before using it on children under six months.",
    ),
    active_ingredient="Avobenzone 3%, homosalate 9%, octisalate 4.5%, octocrylene 8%",
    ingredients="Active ingredients: Avobenzone 3%, Homosalate 9%, Octisalate 4.5%, Octocrylene 8%. "
    "Inactive ingredients: Water, Glycerin, Butyloctyl Salicylate, Silica, Dicaprylyl Carbonate, Propanediol, "
    "Polyglyceryl-3 Distearate, Cetyl Alcohol, Niacinamide, Tocopheryl Acetate, Acrylates/C10-30 Alkyl Acrylate "
    "Crosspolymer, Xanthan Gum, Sodium Hydroxide, Disodium EDTA, Ethylhexylglycerin, Phenoxyethanol",
    key_ingredient=("Sunscreen filters",),
    skin_concern=("Sun exposure",),
    skin_type=("Normal", "Dry", "Oily", "Combination"),
    sizes=(Size(size="50 ml", sku="MG-SHIELD-50", price=Decimal("24.00"), in_stock=180),),
    pictures=(
        Picture(
            file="daily-shield-spf-50-1.jpg",
            alt="Slim bone pump bottle of Daily Shield SPF 50, 50 ml, with a forest-green cap and a fine brass ring.",
        ),
        Picture(
            file="daily-shield-spf-50-2.jpg",
            alt="Daily Shield SPF 50 with its forest-green cap standing beside it and the pump head showing.",
        ),
    ),
    goes_well_with=("barrier-moisturizer", "renewal-retinol-serum", "silicone-scar-gel", "salicylic-face-wash"),
)

SPOT_PATCHES = Product(
    slug="spot-patches",
    title="Spot Patches",
    categories=("protect",),
    line="Cover a spot and keep fingers off it",
    meta_description="Clear hydrocolloid patches that cover a spot and keep fingers off it. 36 patches.",
    description="<p>Thin, clear hydrocolloid, the material of blister bandages, cut to the size of a spot. 36 round "
    "patches, 12 mm across.</p>"
    "<p>No drug and no scent in them. What helps is that you cannot pick.</p>",
    does=(
        "Keep fingers, collars and dirt off a spot",
        "Soak up fluid and turn white as they do",
        "Stay put overnight and in the shower",
        "Nearly vanish on skin",
    ),
    does_not=(
        "Do anything for a spot that has no head yet",
        "Smooth a scar that is already there",
        "Stick over cream, oil or stubble",
    ),
    how_to_use=(
        "Wash, and dry the skin well. No cream underneath.",
        "Press a patch on with a clean finger for ten seconds.",
        "Leave it for six hours or overnight.",
        "Peel it off when it has turned white, and put on a new one if you like.",
    ),
    active_ingredient="Hydrocolloid film, no drug",
    ingredients="Polyisobutylene, Cellulose Gum, Styrene/Isoprene Copolymer, Hydrogenated C5 Resin, Paraffinum "
    "Liquidum (Mineral Oil), Polyurethane-11, Pentaerythrityl Tetra-di-t-butyl Hydroxyhydrocinnamate",
    key_ingredient=("Hydrocolloid",),
    skin_concern=("Breakouts",),
    skin_type=("Normal", "Dry", "Oily", "Combination", "Sensitive"),
    sizes=(Size(size="36 patches", sku="MG-PATCHES-36", price=Decimal("12.00"), in_stock=150),),
    pictures=(
        Picture(
            file="spot-patches-1.jpg",
            alt="Bone carton of Spot Patches with a forest-green side, and a translucent sheet of 36 round patches "
            "leaning on it.",
        ),
    ),
    goes_well_with=("salicylic-face-wash", "silicone-scar-gel", "niacinamide-texture-serum", "daily-shield-spf-50"),
)

TEXTURE_ROUTINE = Product(
    slug="the-texture-routine",
    title="The Texture Routine",
    categories=("sets",),
    line="Serum, scar gel and sunscreen",
    meta_description="Renewal Retinol Serum, Silicone Scar Gel and Daily Shield SPF 50 in one box, for $12 less than "
    "apart.",
    description="<p>Three things from the guide in one box: Renewal Retinol Serum (30 ml), Silicone Scar Gel (20 g) "
    "and Daily Shield SPF 50 (50 ml). Apart they cost $80.00, together $12.00 less.</p>"
    "<p>One for the night, one for the scar, one for the morning. No fragrance in any of them.</p>",
    does=(
        "Help rough skin look smoother over about twelve weeks",
        "Help newer scars look flatter and calmer",
        "Help prevent sunburn: SPF 50, broad-spectrum",
        "Last about three months, the scar gel about four weeks",
    ),
    does_not=(
        "Fill in a deep pockmark",
        "Work in a week; judge it after twelve",
        "Suit pregnancy or breastfeeding, because of the retinol",
        "Contain a wash or a moisturizer",
    ),
    how_to_use=(
        "Morning: scar gel on newer scars, three minutes to dry, then sunscreen everywhere.",
        "Evening: wash and dry. Three drops of serum, two evenings a week at first.",
        "Scar gel last, once the serum has sunk in.",
        "Reapply the sunscreen at least every two hours while you are outside.",
    ),
    active_ingredient="Retinol 0.3%; dimethicone; avobenzone, homosalate, octisalate, octocrylene",
    ingredients="\n".join(f"{part.title}: {part.ingredients}." for part in (RETINOL_SERUM, SCAR_GEL, SUNSCREEN)),
    key_ingredient=("Retinol", "Silicone", "Sunscreen filters"),
    skin_concern=("Rough texture", "Newer scars", "Sun exposure"),
    skin_type=("Normal", "Dry", "Oily", "Combination"),
    sizes=(Size(size="30 ml, 20 g and 50 ml", sku="MG-ROUTINE", price=Decimal("68.00"), in_stock=40),),
    pictures=(
        Picture(
            file="the-texture-routine-1.jpg",
            alt="The Texture Routine: retinol serum, scar gel and Daily Shield standing in front of an open kraft "
            "box with a bone lid.",
        ),
    ),
    goes_well_with=("salicylic-face-wash", "barrier-moisturizer", "niacinamide-texture-serum", "spot-patches"),
)

PRODUCTS = (
    RETINOL_SERUM,
    NIACINAMIDE_SERUM,
    ACID_TONER,
    SCAR_GEL,
    FACE_WASH,
    MOISTURIZER,
    SUNSCREEN,
    SPOT_PATCHES,
    TEXTURE_ROUTINE,
)

# What shoppers call it otherwise.
SYNONYMS = (
    "sunscreen, spf, sun cream, sunblock",
    "moisturizer, moisturiser, face cream",
    "pockmark, acne scar, ice pick scar, pitted skin",
    "breakout, pimple, blemish, spot",
    "cleanser, face wash",
)
