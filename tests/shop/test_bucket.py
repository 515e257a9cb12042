"""Pictures in a bucket: moto's S3, over HTTP."""

import subprocess
import sys
from collections.abc import Iterator

import boto3
import pytest
import requests
from django.core.files.storage import default_storage

from shop.communication.templatetags.full_url import full_url
from shop.pictures import bucket
from shop.pictures.templatetags.renditions import picture
from tests.ports import STARTING_SECONDS, answers, comes_true, free_port
from tests.shop.test_pictures import hang, upload
from tests.shop.test_settings import GOOD, run, setting

WHOLE = "s3://key:se%2Fcret@s3.example.com:9000/pictures?region=eu-central-1&public=https://cdn.example.com/shop/"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Host and port of a server that speaks S3."""
    port = free_port()
    words = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    moto = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert comes_true(STARTING_SECONDS, lambda: answers(port))
        yield f"127.0.0.1:{port}"
    finally:
        moto.terminate()
        moto.wait()


@pytest.fixture
def pictures(server, settings) -> str:
    """The address of a bucket in which the shop keeps its pictures."""
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{server}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="pictures", ACL="public-read")
    settings.STORAGES = settings.STORAGES | {
        "default": bucket.storage(f"s3+http://key:secret@{server}/pictures?region=us-east-1")
    }
    return f"http://{server}/pictures/"


@pytest.mark.django_db
def test_upload_and_all_its_sizes_lie_in_the_bucket(pictures):
    image = hang()
    page = picture(image.original, alt="A jar.")
    addresses = {part.split()[0] for part in page.replace('"', " , ").split(",") if part.strip().startswith(pictures)}
    assert len(addresses) > 10
    for address in addresses:
        answer = requests.get(address, timeout=10)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == bucket.FOR_A_MONTH
    with image.original.open() as file:
        assert requests.get(image.original.url, timeout=10).content == file.read()


@pytest.mark.django_db
def test_picture_of_the_same_name_gets_another_one(pictures):
    first, second = (hang(upload("jar.jpg", size=(200, 200))) for _ in range(2))
    assert first.original.url != second.original.url


@pytest.mark.django_db
def test_deleted_picture_is_gone_from_the_bucket(pictures):
    image = hang(upload("jar.jpg", size=(200, 200)))
    address = image.original.url
    image.original.delete()
    assert requests.get(address, timeout=10).status_code == 404


def test_addresses_are_those_of_the_cdn(settings):
    settings.STORAGES = settings.STORAGES | {"default": bucket.storage(WHOLE)}
    assert default_storage.url("a b/ü.jpg") == "https://cdn.example.com/shop/a%20b/%C3%BC.jpg"


def test_address_of_a_picture_elsewhere_stays_itself_where_whole_addresses_are_asked_for(settings):
    settings.SITE_URL = "https://shop.example"
    assert full_url("https://cdn.example.com/shop/jar.jpg") == "https://cdn.example.com/shop/jar.jpg"
    assert full_url("/media/jar.jpg") == "https://shop.example/media/jar.jpg"


def test_setting_names_host_key_secret_bucket_and_region():
    options = bucket.storage(WHOLE)["OPTIONS"]
    asked = ("endpoint_url", "access_key", "secret_key", "bucket_name", "region_name")
    assert [options[name] for name in asked] == [
        "https://s3.example.com:9000",
        "key",
        "se/cret",
        "pictures",
        "eu-central-1",
    ]


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://key:secret@host/bucket", "MEDIA_STORAGE begins with neither s3:// nor s3+http://."),
        ("s3://host/bucket", "MEDIA_STORAGE is not of the form s3://key:secret@host/bucket."),
        ("s3://key:secret@host/", "MEDIA_STORAGE is not of the form s3://key:secret@host/bucket."),
        ("s3://key:secret@host/bucket/folder", "MEDIA_STORAGE is not of the form s3://key:secret@host/bucket."),
        ("s3://key:secret@host/bucket?acl=x", "MEDIA_STORAGE knows region and public, not acl."),
        ("s3://k:s@h/b?public=cdn.example", "MEDIA_STORAGE's public is not an address: begin it with https://."),
    ],
    ids=["scheme", "no-key", "no-bucket", "folder", "option", "public"],
)
def test_shop_does_not_start_with_an_address_that_names_no_bucket(address, fault):
    started = run("-c", "import shop.settings.production", **GOOD, MEDIA_STORAGE=address)
    assert started.returncode == 1
    assert started.stderr.strip().endswith(f"ImproperlyConfigured: {fault}")
    assert "secret" not in started.stderr.splitlines()[-1].replace("key:secret@host/bucket.", "")


def test_production_keeps_pictures_there_and_static_files_here():
    storages = setting("STORAGES", **GOOD, MEDIA_STORAGE=WHOLE)
    assert storages["default"]["BACKEND"] == "storages.backends.s3.S3Storage"
    assert storages["staticfiles"]["BACKEND"] == "shop.staticfiles.Storage"


def test_client_is_not_imported_where_no_bucket_is_named():
    program = (
        "import sys, django; django.setup();"
        "from django.core.files.storage import default_storage; default_storage.exists('x');"
        "print('boto3' in sys.modules, type(default_storage._wrapped).__name__)"
    )
    started = run("-c", program, **GOOD, DJANGO_SETTINGS_MODULE="shop.settings.production")
    assert started.stdout.split() == ["False", "FileSystemStorage"]
