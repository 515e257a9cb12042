"""Daylight, marks and sunscreen."""

from datetime import UTC, date, datetime

from blog.demo.guide import SUN, TEXTURE, Guide, fact, pick, question, source, text

GUIDE = Guide(
    title="Sunscreen and Scars: Why Daylight Matters",
    slug="sunscreen-and-scars",
    summary="A fresh mark can darken in the sun and stay dark for longer. How much sunscreen to put on, how often, "
    "and what a hat does better.",
    picture="guide-sunscreen.jpg",
    picture_alt="A Daily Shield bottle on a small stone block in morning light, with the shadows of a window and "
    "leaves on the wall behind.",
    publish_at=datetime(2026, 9, 22, 13, 0, tzinfo=UTC),
    updated_at=datetime(2026, 9, 22, 13, 0, tzinfo=UTC),
    next_review_on=date(2027, 9, 22),
    topics=[SUN, TEXTURE],
    blocks=[
        fact("Why", "Sun can darken a healing mark and make an old scar easier to see."),
        fact("What", "A broad-spectrum sunscreen of SPF 30 or more, on every uncovered part."),
        fact("How much", "Two finger lengths for face, ears and neck."),
        fact("How often", "Every two hours outside, and after swimming or sweating."),
        text(
            """
<h2>What daylight does to a mark</h2>
<p>Skin answers ultraviolet light with pigment. That is what a tan is: the skin’s own shade, and not a very good one.
A mark that is still healing often makes more pigment than the skin around it, so it can end up darker, and stay
darker for months after the wound itself is forgotten.</p>
<p>Older scars have another problem. Scar tissue often tans less evenly than its surroundings. After a summer the skin
around it has turned, the scar has not, and the edge between the two is easier to see.</p>
<p>None of this needs a beach. Ultraviolet light comes through cloud, and part of it comes through window glass. What
adds up is the walk to work, the seat by the window and the half hour at lunch.<a href="#source-1">1</a></p>
<h2>Choosing a sunscreen</h2>
<p>Two things on the label matter. <strong>Broad-spectrum</strong> says that it covers UVA as well as UVB.
<strong>SPF</strong> says how much it holds back of the rays that burn. Dermatologists ask for 30 or more.<a
href="#source-2">2</a> A higher number is not a longer time: you put it on again just as often.</p>
<p>The third thing is not on the label. You have to be willing to wear it, every morning, over a beard and under a
collar. If it stings, shines or turns your face gray, try another kind. The one you like is the one that works.</p>
"""
        ),
        pick(
            "Daily Shield SPF 50",
            why="Broad-spectrum, dry to the touch, and no white cast on a beard. We made it for people who do not "
            "like sunscreen.",
            not_for="It is not water resistant. For a swim or a run, take one that says so.",
        ),
        text(
            """
<h2>How much, and how often</h2>
<p>Most people use far less than the amount that sunscreens are tested with.<a href="#source-2">2</a> For face, ears
and neck, squeeze two lines along your index and middle finger, from the palm to the tips. It looks like too much. It
is not.</p>
<ol>
<li>Put it on last, over moisturizer, about fifteen minutes before you go out.</li>
<li>Do not skip ears, eyelids, the back of the neck, and the line where your hair is thinning.</li>
<li>Put it on again every two hours while you are outside, and after every swim or sweat.</li>
<li>In the evening, wash it off.</li>
</ol>
<h3>If your skin is dry or stings</h3>
<p>Sunscreen goes on more evenly over skin that is not parched. A plain moisturizer first, five minutes to sink in,
then the sunscreen.</p>
"""
        ),
        pick(
            "Barrier Moisturizer",
            why="A plain cream that takes the tightness out of dry skin and sinks in before the sunscreen goes on.",
            not_for="There is no sunscreen in it. One does not replace the other.",
        ),
        text(
            """
<h2>New scars and raw skin</h2>
<p>Sunscreen is for skin that has closed. On anything open, raw or weeping, use cloth instead: a dressing, a sleeve, a
collar, a hat. Once the skin has closed, sunscreen can go on every morning, and a silicone gel may go on
underneath.</p>
"""
        ),
        pick(
            "Silicone Scar Gel",
            why="For newer scars. It dries clear within minutes, and sunscreen goes over it without pilling.",
            not_for="It is no sunscreen, and it is not for open skin.",
        ),
        text(
            """
<h2>Shade is better still</h2>
<p>No sunscreen stops everything. A brim of three inches shades ears, nose and cheeks at once and never needs a second
coat. Shirts with a tight weave, sunglasses, and a place out of the midday sun, from ten until four, do more than
another layer of anything.<a href="#source-3">3</a></p>
<p>If you use a retinoid or an exfoliating acid, take all of this more seriously. Both can leave skin quicker to
burn.</p>
<h2>Questions readers ask</h2>
"""
        ),
        question(
            "Will sunscreen fade a mark I already have?",
            answer="No. It keeps more sun off while the mark fades by itself, which it can take months to do. A "
            "mark that is getting darker, larger or uneven should be seen by a doctor.",
        ),
        question(
            "Do I need it in winter, or on dark skin?",
            answer="Yes to both. Ultraviolet light is there all year, more so on snow. Dark skin burns less "
            "easily, and its marks often darken more.",
        ),
        question(
            "Is the SPF in a moisturizer enough?",
            answer="If it is broad-spectrum, SPF 30 or more, and you use as much of it as you would of a "
            "sunscreen. Few people do.",
        ),
        text("<h2>Sources</h2>"),
        source(
            "MedlinePlus, National Library of Medicine",
            "Sun Exposure",
            "https://medlineplus.gov/sunexposure.html",
        ),
        source(
            "American Academy of Dermatology",
            "Sunscreen FAQs",
            "https://www.aad.org/media/stats-sunscreen",
        ),
        source(
            "U.S. Food and Drug Administration",
            "Tips to Stay Safe in the Sun: From Sunscreen to Sunglasses",
            "https://www.fda.gov/consumers/consumer-updates/tips-stay-safe-sun-sunscreen-sunglasses",
        ),
    ],
)
