"""Why people pick at their skin, and how to stop."""

from datetime import UTC, date, datetime

from blog.demo.guide import HABITS, TEXTURE, Guide, fact, pick, question, source, text

GUIDE = Guide(
    title="Hands Off: Breaking the Habit of Picking",
    slug="hands-off",
    summary="Why fingers find their way to a spot, and the small changes around the mirror that make it easier to "
    "stop.",
    picture="guide-picking.jpg",
    picture_alt="A round brass-rimmed table mirror beside a carton of Spot Patches and its sheet of patches on a "
    "pale shelf.",
    publish_at=datetime(2026, 10, 27, 13, 0, tzinfo=UTC),
    updated_at=datetime(2026, 10, 27, 13, 0, tzinfo=UTC),
    next_review_on=date(2027, 10, 27),
    topics=[HABITS, TEXTURE],
    blocks=[
        fact("What it does", "Squeezing drives inflammation deeper, and deeper is where scars start."),
        fact("Why we do it", "Boredom, stress, and a mirror that is too close."),
        fact("What helps", "Cover the spot, busy the hands, change the light."),
        fact("When to ask", "When you cannot stop, or it leaves wounds. There is treatment for that."),
        text(
            """
<h2>Why it leaves marks</h2>
<p>A spot is a small inflammation in a sealed room. Press on it, and some of what is inside goes out; the rest goes
down, into tissue that was fine until then. The spot grows sore, stays longer, and may let germs in from under your
nails.<a href="#source-1">1</a></p>
<p>The deeper the inflammation, the more it can destroy. That is how a spot that would have been gone in a week
becomes a scar that stays. Our <a href="/blog/understanding-pockmarks/">guide to pockmarks</a> says what can be done
then. It is a longer read than this one.</p>
<h2>Know your moments</h2>
<p>Few people decide to pick. They find themselves doing it: at the bathroom mirror after brushing their teeth, on the
phone, in front of a screen, in the car at a red light. Common starters are boredom, stress, and a spot that feels
rough under a finger.<a href="#source-2">2</a></p>
<p>For three days, write down when it happens. Time, place, mood; six words will do. You will likely find two or three
moments that account for nearly all of it, and those are the ones to change.</p>
<h2>Make it harder</h2>
<h3>Cover the spot</h3>
<p>What a finger cannot feel, it forgets. A hydrocolloid patch puts something smooth over the rough place, and you
notice the moment you try to lift it.</p>
"""
        ),
        pick(
            "Spot Patches",
            why="Thin, clear and hard to lift without noticing. Put one on before the moments on your list.",
            not_for="It does nothing for a spot without a head, and it does not stick over cream or stubble.",
        ),
        text(
            """
<h3>Change the mirror</h3>
<ul>
<li>Put the magnifying mirror away. Nobody else sees your skin at five times its size.</li>
<li>Use a softer light in the evening, and stand an arm’s length back.</li>
<li>Set a timer of two minutes for the bathroom, and leave when it rings.</li>
</ul>
<h3>Busy the hands</h3>
<p>Give them something with an edge or a grip: a coin, a pen cap, a smooth stone. Keep nails short. At home, a pair of
cotton gloves in front of the television is odd for one evening and normal by the third.</p>
<h2>Give the skin less to offer</h2>
<p>Rough, flaking or oily skin invites fingers. A short routine takes away the invitation, and it gives your hands
something to do that does no harm: wash, then one thing that suits you, then leave it. Be patient with it; eight weeks
is a fair trial.</p>
"""
        ),
        pick(
            "Salicylic Face Wash",
            why="For skin that breaks out: it takes oil and sweat away and helps pores look clearer, without the "
            "tight feeling.",
            not_for="It is a cosmetic, not an acne medicine. Deep or sore breakouts belong with a doctor.",
        ),
        pick(
            "Niacinamide Texture Serum",
            substitute="Barrier Moisturizer",
            why="The easiest place to begin after the wash. It helps skin look calmer and less shiny, and it "
            "rarely annoys.",
            not_for="You will not feel it working, and it does not change a scar.",
        ),
        text(
            """
<h2>When it happens anyway</h2>
<p>It will. Wash the place with water and a mild cleanser, press a clean cloth on it if it bleeds, and cover it. Then
stop there: no alcohol, no toothpaste, no second look in the mirror. Once the skin has closed, moisturizer keeps the
new surface from flaking, so that there is nothing to pick at tomorrow.</p>
"""
        ),
        pick(
            "Barrier Moisturizer",
            why="Plain, and without fragrance. It keeps skin from looking flaky, which is half of what fingers "
            "look for.",
            not_for="It is not a dressing: wait until the skin has closed.",
        ),
        text(
            """
<h2>When it is more than a habit</h2>
<p>Some people cannot stop, however much they want to, and pick until there are wounds. That has a name, skin picking
disorder, and it is not a weakness of will. It can be treated, most often by talking with a therapist in a method
called habit reversal. Begin with your family doctor.<a href="#source-2">2</a></p>
<h2>Questions readers ask</h2>
"""
        ),
        question(
            "Is there a right way to squeeze a spot?",
            answer="Not at home. A dermatologist can open a spot with sterile tools when it needs opening. Most do "
            "not.",
        ),
        question(
            "How long does it take to lose the habit?",
            answer="Expect weeks, with bad days in them. Count the days on which you caught yourself, not only the "
            "days without.",
        ),
        question(
            "What about ingrown hairs?",
            answer="The same rule holds: do not dig. Stop shaving the spot, hold a warm cloth on it for a few "
            "minutes a day, and let a doctor see it if it swells or hurts.",
        ),
        text("<h2>Sources</h2>"),
        source(
            "American Academy of Dermatology",
            "Pimple popping: Why only a dermatologist should do it",
            "https://www.aad.org/public/diseases/acne/skin-care/popping",
        ),
        source(
            "National Health Service, United Kingdom",
            "Skin picking disorder",
            "https://www.nhs.uk/mental-health/conditions/skin-picking-disorder/",
        ),
    ],
)
