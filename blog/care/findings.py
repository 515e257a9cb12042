"""What a check has found in a guide."""

from dataclasses import dataclass

from django.utils.text import Truncator, capfirst

from blog.models import Block


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: what it is, and what to do. One that `stops` keeps the guide from coming out.

    `block` is where it stands; None means the guide's own fields, of which `field` names one.
    """

    message: str
    advice: str
    stops: bool = False
    block: Block | None = None
    field: str = ""

    @property
    def where(self) -> str:
        """The block as an editor knows it: “Product pick: Silicone Scar Gel”. Nothing for the guide's own fields."""
        if self.block is None:
            return ""
        return f"{capfirst(str(self.block._meta.verbose_name))}: {Truncator(self.block).chars(60)}"

    @property
    def anchor(self) -> str:
        """The id of what is to be mended, in the form that the block was read from."""
        return self.block.form_prefix if self.block else f"id_{self.field}"


def stopping(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.stops]
