"""What the API refuses, in Stripe's shape: https://docs.stripe.com/api/errors"""

from typing import Any


class ApiError(Exception):
    """A refusal.

    Args:
        message: the sentence that the developer reads.
        param: the parameter at fault, as it was sent: `line_items[0][quantity]`.
        code: Stripe's short code, from https://docs.stripe.com/error-codes.
        type: Stripe's class of errors.
        status: the HTTP status.
    """

    def __init__(
        self,
        message: str,
        *,
        param: str = "",
        code: str = "",
        type: str = "invalid_request_error",
        status: int = 400,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code
        self.type = type
        self.status = status

    def body(self) -> dict[str, Any]:
        """The JSON that Stripe answers with."""
        error = {"message": self.message, "type": self.type}
        if self.param:
            error["param"] = self.param
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        return {"error": error}


class InvalidParameter(ApiError):
    """A parameter that fails validation: nothing has been done, and nothing is kept under an idempotency key."""


def missing(kind: str, identifier: str, *, param: str) -> ApiError:
    """The refusal for an id that names nothing, `kind` being Stripe's name for the object."""
    return ApiError(f"No such {kind}: '{identifier}'", param=param, code="resource_missing", status=404)


class NotPossible(Exception):
    """What a shopper, a bank or staff at Stripe cannot do (any more) as things stand."""
