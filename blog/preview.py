"""A guide as readers would see it, before it is stored: the real page, made from what stands in the form."""

import re
from typing import Any

from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from blog.body import compose
from blog.models import Block, Post
from shop.prose import ProseField

# Whoever opens it outside of its frame gets a page in which nothing runs and nothing can be sent.
INERT = "sandbox allow-same-origin; script-src 'none'; form-action 'none'; frame-ancestors 'self'"


def respond(request: HttpRequest, form: ModelForm[Post], formsets: list[Any]) -> HttpResponse:
    """The page of the guide in the form. What is not valid yet shows as it was, or not at all."""
    form.is_valid()
    post = form.instance
    context = {
        "post": post,
        "body": compose(blocks_in(formsets)),
        "topics": form.cleaned_data.get("topics", []),
        "is_live_preview": True,
        "messages": [],  # those that wait are for the form's own page
    }
    response = render(request, "blog/post.html", context)
    # They could not run, and each would be one complaint more on the browser's console.
    response.content = re.sub(rb"<script\b.*?</script>", b"", response.content, flags=re.DOTALL)
    response["Content-Security-Policy"] = INERT
    return response


def blocks_in(formsets: list[Any]) -> list[Block]:
    """The blocks as they stand in the form, in their order."""
    blocks = []
    for formset in formsets:
        formset.is_valid()
        for form in formset.forms:
            if formset._should_delete_form(form) or not (form.has_changed() or form.instance.pk):
                continue
            form.instance.form_prefix = form.prefix
            blocks.append(_cleaned(form.instance))
    blocks.sort(key=lambda block: block.ordering)
    return blocks


def _cleaned(block: Block) -> Block:
    for field in block._meta.concrete_fields:
        if isinstance(field, ProseField):
            field.pre_save(block, add=False)
    return block
