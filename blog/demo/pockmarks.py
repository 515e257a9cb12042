"""What pockmarks are, and what helps: the guide that the others lead to."""

from datetime import UTC, date, datetime

from blog.demo.guide import TEXTURE, Guide, drawing, fact, pick, question, source, text
from blog.models import Figure
from shop.pictures.focus import Focus

GUIDE = Guide(
    title="Understanding Pockmarks: Causes and Effective Treatments",
    slug="understanding-pockmarks",
    summary="A pockmark is a small hollow that stays after skin has healed short of material. Creams can soften "
    "the look of shallow ones. Deep ones need a dermatologist. Here is which is which.",
    picture="guide-pockmarks.jpg",
    picture_alt="A round pitted travertine stone and a smaller one on pale corded cloth beside an amber bottle of "
    "retinol serum, in low light from the left.",
    picture_focus=Focus.RIGHT,  # where stone and bottle are
    publish_at=datetime(2026, 10, 6, 13, 0, tzinfo=UTC),
    updated_at=datetime(2026, 11, 17, 15, 0, tzinfo=UTC),
    next_review_on=date(2027, 11, 17),
    topics=[TEXTURE],
    is_featured=True,
    blocks=[
        fact("What they are", "Dented scars, left when skin repairs itself with too little collagen."),
        fact("Usual causes", "Severe acne, chickenpox, other skin infections, deep injuries."),
        fact("Shallow ones", "Retinoids, silicone gels and exfoliating acids, used for months."),
        fact("Deep ones", "Microneedling, peels, laser, fillers or subcision, in a doctor’s office."),
        fact("Best of all", "Calm acne early, leave spots alone, wear sunscreen."),
        text(
            """
<h2>What pockmarks are</h2>
<p>Run a finger over a pockmark and you feel a dip. People call them pits, pock scars, or craters on the face. All of
these words mean the same thing: a small, deep-set scar that sits lower than the skin around it.</p>
<p>The dip is a repair that stopped early. When inflammation or infection damages skin, as bad acne or chickenpox can,
the body sets about rebuilding the tissue. It builds with collagen, the protein that keeps skin firm. If it makes too
little, nothing holds the surface up, and the surface sinks.<a href="#source-1">1</a></p>
"""
        ),
        drawing(
            Figure.Drawing.POCKMARK,
            caption="How a pockmark forms, in cross-section and much enlarged. The dotted line marks the deeper "
            "layer of the skin.",
        ),
        text(
            """
<p>No two are quite alike. Some are as wide as a match head and barely there, others narrow and deep. Many together
give the skin a rough, uneven texture, and light from the side makes it plainer.</p>
<p>They can also wear on your confidence. If yours bother you more than you let on, that is common, and reason enough
to learn where they come from and what can be done.</p>
<h2>What causes them</h2>
<p>Severe inflammation or infection comes first on nearly every list: whatever destroys tissue below the surface can
leave a pockmark behind. Four things do it most.</p>
<h3>Acne</h3>
<p>Severe acne leads, and cystic acne above all. When the inflammation of a spot reaches deep, it can destroy the
healthy tissue around it, and the hole shows later.<a href="#source-2">2</a></p>
<h3>Chickenpox</h3>
<p>Left in peace, most of the blisters go without a trace. Scratched, or poorly looked after while they heal, they can
leave scars much like those of severe acne.</p>
<h3>Other infections</h3>
<p>Any skin infection with strong inflammation may scar. Two things decide whether it does: how bad the infection was,
and how your own body answers while it heals.</p>
<h3>Injury</h3>
<p>A wound that goes deep takes tissue with it. If it does not close well, the missing part remains as a dip.</p>
<p>Knowing the cause is worth something. It tells you what to prevent, and what to do first: acne that is still active
has to be calmed before old scars are worth smoothing, because new ones keep coming.</p>
<h2>What you can do at home</h2>
<p>Pockmarks are stubborn, and nothing in a bottle takes them away. What products can do is improve the look of
shallow ones. Most work on two things: how quickly the surface renews itself, and how much collagen the skin makes.
They ask for months, and they will not lift a deep pit. Start one at a time, so that you can tell what it does.</p>
<h3>Retinoids</h3>
<p>Retinoids come from vitamin A. As a family they are known for prompting skin to make collagen and for turning
surface cells over faster. Used regularly, they can make shallow pockmarks look smoother as the months go by. The
strong ones are prescribed; a dermatologist will tell you whether you need one.</p>
"""
        ),
        pick(
            "Renewal Retinol Serum",
            substitute="Niacinamide Texture Serum",
            why="A mild nighttime retinol for a smoother, more even look. Two evenings a week is enough to begin.",
            not_for="It is a cosmetic, not a prescription retinoid. Leave it out while pregnant or breastfeeding.",
        ),
        text(
            """
<h3>Silicone gels</h3>
<p>A silicone gel dries to a thin film. The film keeps scar tissue hydrated, and with time the scar tends to look
flatter and less noticeable. It earns its keep on newer scars. On a mark you have had for ten years, expect
little.</p>
"""
        ),
        pick(
            "Silicone Scar Gel",
            why="Dries clear in a few minutes and sits well under sunscreen. For newer scars, once the skin has "
            "closed.",
            not_for="It will not raise an old, deep pockmark, and it is not for open skin.",
        ),
        text(
            """
<h3>Exfoliating acids</h3>
<p>Alpha hydroxy acids (AHAs) loosen the dull top layer; beta hydroxy acids (BHAs) also get into pores. They clear the
way for fresh cells underneath. That makes acids useful twice: for skin that still breaks out, and for texture that
feels rough. Begin with an evening a week, keep them apart from the retinoid, and wear sunscreen, because acids leave
skin more sensitive to the sun.<a href="#source-3">3</a></p>
"""
        ),
        pick(
            "Resurfacing AHA + BHA Toner",
            substitute="Niacinamide Texture Serum",
            why="Both kinds of acid in one bottle, for skin that looks dull and feels rough. Three evenings a week "
            "at most.",
            not_for="It does not reach a deep scar. If the stinging lasts, leave it for a week.",
        ),
        text(
            """
<h2>What a dermatologist can do</h2>
<p>Deeper pockmarks answer to procedures, and there the change can be far plainer than anything a cream will give you.
Procedures belong in trained hands. Expect to talk about the depth of your scars, your skin tone, how many days you
can spare, and the cost.<a href="#source-4">4</a></p>
<table><tbody>
<tr><th>Procedure</th><th>What happens</th><th>Suits</th><th>Good to know</th></tr>
<tr><th>Microneedling</th><td>Fine needles make tiny, controlled wounds</td><td>Shallow to medium</td>
<td>Results build as collagen does</td></tr>
<tr><th>Chemical peel</th><td>A solution takes off the top layers</td><td>Shallow to deep, by strength</td>
<td>Deeper peel, longer recovery</td></tr>
<tr><th>Laser</th><td>Light works on the deeper layers</td><td>More severe</td><td>Often several sessions</td></tr>
<tr><th>Fillers</th><td>A gel is injected beneath the hollow</td><td>Single hollows</td>
<td>At once, but for months only</td></tr>
<tr><th>Subcision</th><td>A needle frees the bands that hold the scar down</td><td>Tethered scars</td>
<td>Often combined with others</td></tr>
</tbody></table>
<h3>Microneedling</h3>
<p>Very fine needles make controlled micro-injuries. The skin answers with new collagen, which fills the hollow from
below. It does most for shallow and moderately deep marks.</p>
<h3>Chemical peels</h3>
<p>A solution is brushed on, the outer layers come away, and the skin underneath is smoother and less pitted. Peels
run from light to deep. The deeper the peel, the more it can change, and the longer you will want to stay at home.</p>
<h3>Laser</h3>
<p>Fractional laser resurfacing reaches the deeper layers, sets collagen going there and smooths what lies above. It
is among the options for severe scarring. Plan for more than one visit.</p>
<h3>Fillers</h3>
<p>A dermal filler is injected under the pockmark and props it up, so the skin is smoother when you leave the room.
Most fillers are taken up by the body again. After several months the hollow is back, and so are you.</p>
<h3>Subcision</h3>
<p>Some pockmarks are held down by fibrous bands. In this small surgical procedure a needle goes in under the skin and
breaks them, so that the surface can rise and even out. It often gives most when paired with filler or laser.<a
href="#source-1">1</a></p>
<h2>How to prevent new ones</h2>
<p>Old pockmarks can be softened. A pockmark that never forms needs nothing. Three habits do most of the work.</p>
<h3>Calm acne early</h3>
<p>The sooner acne is treated, the less it gets to destroy and the less likely it is to scar badly. Look for treatment
that settles inflammation and keeps new breakouts away, and see a doctor when acne is deep, sore or spreading.<a
href="#source-2">2</a> Around that, a plain wash is all the rest you need.</p>
"""
        ),
        pick(
            "Salicylic Face Wash",
            why="A mild daily wash for skin that breaks out. It lifts oil, keeps pores looking clear and leaves no "
            "tight feeling.",
            not_for="It is a cosmetic, not an acne medicine. It does nothing for marks that are already there.",
        ),
        text(
            """
<h3>Keep your hands off</h3>
<p>Picking and squeezing push inflammation further down, and every time raises the odds of a scar. The urge is strong,
so make it hard to give in: cover the spot, trim your nails, step back from the mirror. We wrote a guide to <a
href="/blog/hands-off/">breaking the habit</a>.</p>
"""
        ),
        pick(
            "Spot Patches",
            why="A clear cover for one spot, day or night. What helps is that you cannot pick.",
            not_for="No drug in it, and no use on a scar that is already there.",
        ),
        text(
            """
<h3>Wear sunscreen</h3>
<p>Sun can make scars look worse and stand out more. Put on a broad-spectrum sunscreen every day, above all while your
skin is breaking out or while your pockmarks are being treated. <a href="/blog/sunscreen-and-scars/">How much, and how
often</a>, has a guide of its own.</p>
"""
        ),
        pick(
            "Daily Shield SPF 50",
            why="Broad-spectrum SPF 50 that leaves no white cast and sits well over serum, so that you will wear "
            "it daily.",
            not_for="It does not fade marks, and it is not water resistant.",
        ),
        text(
            """
<h2>What to remember</h2>
<ol class="takeaways">
<li>Know what made your marks. It decides what helps, and it is the first step.</li>
<li>Calm active acne before you treat old scars.</li>
<li>Creams and gels are for shallow or newer marks. Deep ones are a dermatologist’s work, and often a mix of both
gives the most.</li>
<li>A pockmark is a lack of collagen, so anything that helps takes months. Keeping at it counts for more than what you
choose.</li>
<li>Sunscreen every morning, and hands off. What you prevent today you need not treat next year.</li>
</ol>
<p>Where do our own products stand in this? We make them to help marked skin look smoother and more even. That is as
far as a cosmetic goes, and on shallow marks it can be far enough. If you would rather start with a short routine than
choose one by one, three of the things above share a box.</p>
"""
        ),
        pick(
            "The Texture Routine",
            substitute="Renewal Retinol Serum",
            in_routine=False,  # its parts are picked above
            why="The retinol serum, the small scar gel and the sunscreen together: one for the night, one for the "
            "newer scar, one for the morning.",
            not_for="It will not fill in a deep pockmark. Judge it after twelve weeks, not after one.",
        ),
        text("<h2>Questions readers ask</h2>"),
        question(
            "Can pockmarks go away by themselves?",
            answer="Rarely. A fresh mark may settle a little in its first months, but a true hollow stays unless "
            "something is done about it.",
        ),
        question(
            "How long before I see a difference?",
            answer="With products, think in months rather than weeks. A photo in the same light, once a month, "
            "tells you more than the mirror does.",
        ),
        question(
            "May I use everything at once?",
            answer="Please don’t. A retinoid and an acid on the same evening irritate most skin. Alternate, and "
            "give each of them a few weeks before you add the next.",
        ),
        question(
            "When should I see a dermatologist?",
            answer="When acne is deep or sore, when scars are deep, or when a mark changes. Also when it weighs on "
            "you: that is what they are there for.",
        ),
        text("<h2>Sources</h2>"),
        source(
            "Journal of Clinical and Aesthetic Dermatology",
            "Acne Scarring—Pathogenesis, Evaluation, and Treatment Options",
            "https://pmc.ncbi.nlm.nih.gov/articles/PMC5749614/",
        ),
        source(
            "National Health Service, United Kingdom",
            "Acne",
            "https://www.nhs.uk/conditions/acne/",
        ),
        source(
            "U.S. Food and Drug Administration",
            "Alpha Hydroxy Acids",
            "https://www.fda.gov/cosmetics/cosmetic-ingredients/alpha-hydroxy-acids",
        ),
        source(
            "American Academy of Dermatology",
            "Acne scars: Consultation and treatment",
            "https://www.aad.org/public/diseases/acne/derm-treat/scars/treatment",
        ),
        source(
            "MedlinePlus, National Library of Medicine",
            "Scars",
            "https://medlineplus.gov/scars.html",
        ),
    ],
)
