"""Settings that hold everywhere. The one file that reads the environment; the README's table lists what it reads."""

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import environ
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured
from oscar.defaults import *  # noqa: F403  (Oscar's defaults are settings; it documents this import)

from shop.pictures import bucket

BASE_DIR = Path(__file__).resolve().parents[2]

# --- The environment ---------------------------------------------------------------------------------------------

env = environ.Env()
env.CACHE_SCHEMES |= {
    "locmem": "shop.telemetry.cache.LocMemCache",
    "redis": "shop.telemetry.cache.RedisCache",
    "rediss": "shop.telemetry.cache.RedisCache",
}
# A value that begins with "$" is itself. django-environ would take it for the name of another variable, and a password
# may begin so; what is escaped here, it gives back as it was. An empty value is none.
env.ENVIRON = {name: value.replace("$", r"\$") for name, value in os.environ.items() if value}
env.escape_proxy = True


def env_words(variable: str) -> list[str]:
    """The words of a comma-separated variable, without the spaces around them and without empty ones."""
    return [word.strip() for word in env.str(variable, default="").split(",") if word.strip()]


DEBUG = env.bool("DEBUG", default=None)
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env_words("ALLOWED_HOSTS")
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
DATABASE = env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'shop.sqlite3'}")
DATABASE_POOLED = env.bool("DATABASE_POOLED", default=False)
REPLICA_URLS = env_words("DATABASE_REPLICA_URL")
CACHE = env.cache_url("CACHE_URL", default="locmem://")
EMAIL = env.email_url("EMAIL_URL", default="consolemail://")
MEDIA_STORAGE = env.str("MEDIA_STORAGE", default="")
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env_words("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="").rstrip("/")
SHOP_LEGAL_NAME = env.str("SHOP_LEGAL_NAME", default="")
SHOP_ADDRESS = env.str("SHOP_ADDRESS", default="")
SEARCH_URL = env.str("SEARCH_URL", default="")
PROXIES = env.int("PROXIES", default=1)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=None)
SLOW_QUERY_MS = env.int("SLOW_QUERY_MS", default=0)

# --- Applications ------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "shop.pictures.apps.PicturesConfig",  # the first: what it says of fields holds for all forms that are made of them
    "blog",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.flatpages",
    "django.contrib.redirects",
    "django.contrib.sitemaps",
    # Oscar, with our forks in place of its own apps. Each path is explicit: Oscar finds forks by label.
    "shop.apps.Shop",
    "oscar.apps.analytics.apps.AnalyticsConfig",
    "shop.checkout.apps.CheckoutConfig",
    "oscar.apps.address.apps.AddressConfig",
    "shop.shipping.apps.ShippingConfig",
    "shop.catalogue.apps.CatalogueConfig",
    "shop.catalogue.reviews.apps.CatalogueReviewsConfig",
    "shop.communication.apps.CommunicationConfig",
    "shop.partner.apps.PartnerConfig",
    "shop.basket.apps.BasketConfig",
    "oscar.apps.payment.apps.PaymentConfig",
    "shop.offer.apps.OfferConfig",
    "shop.order.apps.OrderConfig",
    "shop.customer.apps.CustomerConfig",
    "shop.search.apps.SearchConfig",
    "shop.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    "shop.dashboard.apps.DashboardConfig",
    "shop.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "shop.dashboard.orders.apps.OrdersDashboardConfig",
    "shop.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "shop.dashboard.offers.apps.OffersDashboardConfig",
    "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "shop.dashboard.ranges.apps.RangesDashboardConfig",
    "shop.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "shop.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "django_otp",
    "django_otp.plugins.otp_totp",  # before backup codes: an app is asked first
    "django_otp.plugins.otp_static",
    "widget_tweaks",
    "haystack",
    "treebeard",
    "django_tables2",
    "easy_thumbnails",  # of the dashboard; shoppers get shop.pictures
    # Ours
    "shop.customer.sign_ins.apps.SignInsConfig",
    "shop.staff.apps.StaffConfig",
    "shop.stripe_checkout.apps.StripeCheckoutConfig",
    "shop.promises",
    "shop.parcels.apps.ParcelsConfig",
    "shop.returns.apps.ReturnsConfig",
    "shop.identity",
    "shop.structured_data",
    "shop.forwarding",
    "shop.telemetry.apps.TelemetryConfig",
    "shop.databases.apps.DatabasesConfig",
    "shop.outbox.apps.OutboxConfig",
    "shop.shared_pages.apps.SharedPagesConfig",
    "shop.background.apps.BackgroundConfig",  # before django_tasks_db, whose db_worker it extends
    # Parts they stand on
    "content_editor",
    "django_prose_editor",
    "modelsearch",
    "django_tasks_db",
    "pictures",
    "pipeline",
    "reversion",
]

# A fork without a column of its own keeps Oscar's migrations.
MIGRATION_MODULES = {
    "basket": "oscar.apps.basket.migrations",
    "communication": "oscar.apps.communication.migrations",
    "customer": "oscar.apps.customer.migrations",
    "offer": "oscar.apps.offer.migrations",
    "order": "oscar.apps.order.migrations",
    "partner": "oscar.apps.partner.migrations",
    "reviews": "oscar.apps.catalogue.reviews.migrations",
    "shipping": "oscar.apps.shipping.migrations",
    "voucher": "oscar.apps.voucher.migrations",
}

SITE_ID = 1
ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"  # what Oscar's own migrations use

MIDDLEWARE = [
    "shop.telemetry.middleware.TelemetryMiddleware",  # the outermost: it measures all the others
    "shop.error_answers.ErrorAnswerMiddleware",
    "shop.shared_pages.middleware.SharedPagesMiddleware",  # what it keeps has the headers of all those below
    "shop.shared_pages.own_pages.OwnPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "shop.security_headers.SecurityHeadersMiddleware",
    "shop.unreadable_urls.UnreadableUrlMiddleware",
    "shop.body_size.BodySizeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shop.serving.turnstile.TurnstileMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # after WhiteNoise, whose files come compressed
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "shop.forgery.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "shop.customer.sign_ins.middleware.SignInMiddleware",
    "shop.staff.audit.AuditMiddleware",
    "shop.staff.middleware.StaffDoorMiddleware",
    "shop.staff.password_again.PasswordAgainMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shop.basket.middleware.BasketMiddleware",
    "shop.customer.middleware.AccountGoneMiddleware",
    "shop.throttle.ThrottleMiddleware",
    "shop.forwarding.middleware.ForwardingMiddleware",
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
]

# Asked for by machines that watch over us. They have no basket and wait for nobody, also while there is no database.
HEALTH_PATHS = ("/healthz/", "/readyz/")
# Where pages are not made for shoppers; see shop/security_headers.py.
STAFF_PATHS = ["/admin/", "/dashboard/", "/styleguide/"]
# How long they stay open to who does nothing, and to who signed in.
STAFF_SESSION_IDLE = timedelta(minutes=30)
STAFF_SESSION_LONGEST = timedelta(hours=12)
# How long a password counts for refunds, exports and permissions.
STAFF_PASSWORD_HOLDS = timedelta(minutes=10)
OTP_TOTP_ISSUER = "The Modern Gentlemen"  # what an authenticator app calls us

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"prose": "shop.prose"},
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oscar.apps.search.context_processors.search_form",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.apps.communication.notifications.context_processors.notifications",
                "oscar.core.context_processors.metadata",
                "shop.shared_pages.context.for_everybody",
            ],
        },
    }
]

FORM_RENDERER = "shop.form_inputs.Renderer"

COOKIE_PREFIX = ""  # of the cookies that say who somebody is
AUTHENTICATION_BACKENDS = ["shop.customer.auth_backends.EmailBackend"]
# Argon2id, as OWASP advises; a password kept in the older way is kept anew when its owner signs in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "shop.staff.passwords.LengthValidator", "OPTIONS": {"min_length": 9}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "shop.customer.password_words.ShopWordsValidator"},
]
LOGIN_REDIRECT_URL = "/accounts/"

# --- Data --------------------------------------------------------------------------------------------------------

# PostgreSQL takes the counts of filters for work that is worth compiling, and compiles for a second what runs in ten
# milliseconds; and disks no longer have heads to move.
DATABASE_PLANNING = {"jit": "off", "random_page_cost": "1.1"}


def kept_connection(database: dict[str, Any]) -> dict[str, Any]:
    """A PostgreSQL whose connections are kept for a minute, and looked at before a request uses them.

    PgBouncer, which lends a connection for one transaction only, refuses what is asked for at its start, so that
    `migrate` writes the planning into the database (shop/databases/planning.py). Nor does a cursor there outlive a
    transaction.
    """
    options = {"connect_timeout": 5, **database.get("OPTIONS", {})}
    if not DATABASE_POOLED:
        options.setdefault("options", " ".join(f"-c {name}={value}" for name, value in DATABASE_PLANNING.items()))
    return {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        **database,
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
        "OPTIONS": options,
    }


if "sqlite3" in DATABASE["ENGINE"]:
    DATABASE["OPTIONS"] = {
        **DATABASE.get("OPTIONS", {}),
        # IMMEDIATE takes the write lock when a transaction begins, so that it waits instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    if DATABASE["NAME"] != ":memory:":
        Path(DATABASE["NAME"]).parent.mkdir(parents=True, exist_ok=True)
else:
    DATABASE = kept_connection(DATABASE)
DATABASES = {"default": DATABASE}

# Copies that PostgreSQL keeps in step, for reads that may be a moment behind; shop/databases says which.
for number, url in enumerate(REPLICA_URLS, start=1):
    DATABASES[f"replica{number}"] = kept_connection(env.db_url_config(url)) | {"TEST": {"MIRROR": "default"}}
# Where what is shown decides something, or is somebody's own: read from the primary by everybody.
ALWAYS_CURRENT_PATHS = (
    "/accounts/",
    "/admin/",
    "/basket/",
    "/blog/preview/",
    "/checkout/",
    "/dashboard/",
    "/password-reset/",
    "/returns/",
    "/review-letters/",
    "/stripe/",
    "/wishlists/",
    *HEALTH_PATHS,
)
DATABASE_ROUTERS = ["shop.databases.router.Router"] if REPLICA_URLS else []
if REPLICA_URLS:
    # Behind what keeps pages for everybody: the version of these is never read from a replica.
    MIDDLEWARE.insert(
        MIDDLEWARE.index("shop.shared_pages.middleware.SharedPagesMiddleware") + 1,
        "shop.databases.middleware.ReplicaMiddleware",
    )

if "redis" in CACHE["BACKEND"].lower():
    # A cache that does not answer must not hold a shopper up.
    CACHE["OPTIONS"] = {"socket_connect_timeout": 2, "socket_timeout": 2, **CACHE.get("OPTIONS", {})}
CACHES = {"default": CACHE}

HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"  # the simple engine keeps no index to update

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# What the worker does again and again, and how often.
RECURRING_TASKS = {
    "shop.stripe_checkout.tasks.settle_all": timedelta(minutes=5),
    "shop.stripe_checkout.tasks.reconcile_daily": timedelta(days=1),
    "shop.order.tasks.move_on": timedelta(hours=1),
    "shop.outbox.tasks.deliver_waiting": timedelta(minutes=1),
    "shop.catalogue.reviews.asking.ask_for_reviews": timedelta(days=1),
    "shop.digest.tasks.every_morning": timedelta(hours=1),
    "shop.returns.tasks.follow_refunds": timedelta(minutes=5),
    "shop.search.tasks.rebuild": timedelta(days=1),
    "shop.shared_pages.tasks.forget_changes": timedelta(hours=1),
    "shop.background.tasks.fail_abandoned": timedelta(minutes=10),
    "shop.background.tasks.prune": timedelta(days=1),
    "shop.customer.personal_data.tasks.forget": timedelta(days=1),
    "blog.care.rounds.every_night": timedelta(days=1),
    "blog.cards.draw_missing": timedelta(days=1),
}

# What staff are told of in the morning, in this order; see shop/digest/__init__.py.
STAFF_DIGEST = [
    "shop.digest.sections.to_pack",
    "shop.digest.sections.held",
    "shop.returns.digest.overdue",
    "shop.returns.digest.to_decide",
    "shop.returns.digest.to_label",
    "shop.returns.digest.to_refund",
    "shop.digest.sections.sent_yesterday",
    "shop.digest.sections.payments_for_a_person",
    "shop.digest.sections.letters_given_up",
    "shop.digest.sections.reviews_to_read",
]
# How long after all of it arrived a buyer is asked what he thinks of it.
REVIEWS_ASKED_AFTER = timedelta(days=14)

# Whether links of guides are followed into private networks; only tests have sites there.
PROBE_PRIVATE_ADDRESSES = False

# A guide of two hundred blocks is a form of some 1,600 fields, and a refused form would be an editor's lost work.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Text of two million characters fits, with what its HTML and a form add; pictures do not count. This is for staff:
# from everybody else shop/body_size.py takes less.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
LARGE_BODIES = ["/admin/", "/dashboard/"]

# How many years an order keeps the name and address of its customer. The longest term that the IRS names for the books
# of a business that files returns is seven years (irs.gov, "How long should I keep records?"); other countries ask for
# up to ten.
ORDER_RETENTION_YEARS = 7

# --- Files -------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "pipeline.finders.PipelineFinder",
]
MEDIA_URL = "/media/"
STORAGES = dict(global_settings.STORAGES)
if MEDIA_STORAGE:
    try:
        STORAGES["default"] = bucket.storage(MEDIA_STORAGE)
    except bucket.NoBucket as fault:
        raise ImproperlyConfigured(str(fault)) from fault
# One stylesheet a component and one script a behavior; production serves each kind joined in this order, since every
# further file costs a first visitor on a phone a connection or a round trip.
PIPELINE = {
    "STYLESHEETS": {
        "site": {
            "source_filenames": [
                "css/tokens.css",
                "css/reset.css",
                "css/base.css",
                "css/layout.css",
                # Named one by one: pipeline looks for a pattern where files were collected, which is nowhere yet.
                *sorted(f"css/components/{file.name}" for file in (BASE_DIR / "static/css/components").glob("*.css")),
                "css/utilities.css",
            ],
            "output_filename": "css/site.css",
        }
    },
    "JAVASCRIPT": {
        "site": {
            # Each looks for its hooks, and does nothing on a page that has none.
            "source_filenames": [
                f"js/{name}.js"
                for name in (
                    "mini-basket",
                    "messages",
                    "suggestions",
                    "filters",
                    "contents",
                    "gallery",
                    "buy-bar",
                    "variants",
                    "recently-viewed",
                    "delivery-total",
                    "postcode-label",
                )
            ],
            "output_filename": "js/site.js",
        }
    },
    "DISABLE_WRAPPER": True,  # a module's names are its own
    # In development the finders serve the sources where they lie; nothing has to be copied first.
    "PIPELINE_COLLECTOR_ENABLED": False,
    "CSS_COMPRESSOR": "shop.staticfiles.Minifier",
    "JS_COMPRESSOR": "pipeline.compressors.NoopCompressor",
}
THUMBNAIL_DEFAULT_STORAGE_ALIAS = "default"
# A picture of 1200 pixels is made in six widths, 200 pixels apart: enough for a tile on a phone and a page on a desk,
# each at up to three pixels a point. At half of these steps twice the files would save little.
PICTURES = {
    "CONTAINER_WIDTH": 1200,
    "GRID_COLUMNS": 6,
    "PIXEL_DENSITIES": [1],
    "FILE_TYPES": ["AVIF", "WEBP", "JPEG"],
    "PICTURE_CLASS": "shop.pictures.renditions.Rendition",
    "USE_PLACEHOLDERS": False,
}

# --- Language, money, time ---------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
LOCALE_PATHS = [BASE_DIR / "locale"]  # our words in place of Oscar's
FORMAT_MODULE_PATH = "shop.formats"
TIME_ZONE = "America/New_York"
USE_TZ = True

OSCAR_DEFAULT_CURRENCY = "USD"
OSCAR_SHOP_NAME = "The Modern Gentlemen"
OSCAR_HOMEPAGE = "/"
OSCAR_ACCOUNTS_REDIRECT_URL = "customer:order-list"
OSCAR_FROM_EMAIL = "The Modern Gentlemen <hello@themoderngentlemen.example>"
DEFAULT_FROM_EMAIL = OSCAR_FROM_EMAIL
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_ALLOW_ANON_REVIEWS = False
OSCAR_MODERATE_REVIEWS = True
OSCAR_PRODUCTS_PER_PAGE = 24
OSCAR_THUMBNAILER = "oscar.core.thumbnails.EasyThumbnails"
OSCAR_REQUIRED_ADDRESS_FIELDS = ("first_name", "last_name", "line1", "line4", "postcode", "country")

# The order's life. Money moves it to Paid or Cancelled (shop.stripe_checkout); staff move it on from Paid.
OSCAR_INITIAL_ORDER_STATUS = "Pending payment"
OSCAR_INITIAL_LINE_STATUS = "Pending payment"
OSCAR_ORDER_STATUS_PIPELINE = {
    "Pending payment": (),
    "Paid": ("Shipped",),
    "Shipped": ("Complete",),
    "Complete": (),
    "Cancelled": (),
}
OSCAR_ORDER_STATUS_CASCADE = {"Shipped": "Shipped", "Complete": "Complete"}
OSCAR_LINE_STATUS_PIPELINE = OSCAR_ORDER_STATUS_PIPELINE

OSCAR_DASHBOARD_NAVIGATION = [
    *OSCAR_DASHBOARD_NAVIGATION,
    {
        "label": "Returns",
        "icon": "fas fa-undo",
        "url_name": "returns-desk:queue",
        "access_fn": lambda user, *args, **kwargs: any(
            map(user.has_perm, ("returns.decide_return", "returns.receive_return", "stripe_checkout.refund_payment"))
        ),
    },
    {
        "label": "Guides",
        "icon": "fas fa-book-open",
        "url_name": "admin:blog_post_changelist",
        "access_fn": lambda user, *args, **kwargs: user.has_perm("blog.view_post"),
    },
]

# --- Lists and search --------------------------------------------------------------------------------------------

# What lists of products are filtered by: its name in the address, and the attribute of several options behind it.
SEARCH_FILTERS = {"concern": "skin_concern", "ingredient": "key_ingredient", "skin": "skin_type"}
# What a search finds besides products. Each is a shop.search.findable.Findable; templates/oscar/search/kinds/ has a
# section of the page for it.
SEARCH_KINDS = ["blog.Post"]

# Where the index is: in the database, or on the server of SEARCH_URL, whose scheme begins with one of modelsearch's
# backends: opensearch3+https://user:password@host:9200.
MODELSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "english"}}
if SEARCH_URL:
    _backend, _, _address = SEARCH_URL.partition("+")
    MODELSEARCH_BACKENDS = {"default": {"BACKEND": f"modelsearch.backends.{_backend}", "URLS": [_address]}}

# --- Pages for everybody -----------------------------------------------------------------------------------------

# What may be kept for everybody, and what makes it stale (shop/shared_pages).
_LIST = ("page", "sort", "in_stock", "price_from", "price_to", *SEARCH_FILTERS)
SHARED_PAGES: dict[str, Any] = {
    "ARE_KEPT": True,
    # The names of pages that nobody's own account, basket or form is on, and the parameters that they read.
    "PAGES": {
        "home": (),
        "blog:index": ("page",),
        "blog:post": (),
        "blog:topic": ("page",),
        "blog:author": ("page",),
        "blog:archive": ("page",),
        "blog:archive-year": ("page",),
        "blog:feed": (),
        "catalogue:index": _LIST,
        "catalogue:category": _LIST,
        "catalogue:detail": ("size",),
        "search:search": ("q", *_LIST),
        "catalogue:reviews-list": ("page", "sort_by"),
        "offer:list": (),
        "offer:detail": ("page",),
        "catalogue:range": ("page",),
        "promises:detail": (),
        "promises:version": (),
        "privacy": (),
        "terms": (),
    },
    # A page on which a shopper's own basket is, and what tells whether it shows the same as before.
    "OWN": {"basket:summary": "shop.basket.cookie.shown_of"},
    # The apps whose records those pages show, and what of these no page shows: fields of a model, or all of it.
    "SHOW": (
        "blog",
        "catalogue",
        "partner",
        "reviews",
        "offer",
        "promises",
        "search",
        "modelsearch",
        "flatpages",
        "sites",
    ),
    "UNSEEN": {
        "blog.CareNote": "all",
        "blog.Claim": "all",
        "blog.OutgoingLink": "all",
        "offer.ConditionalOffer": ("total_discount", "num_applications", "num_orders"),
        "offer.RangeProductFileUpload": "all",
        "search.MissedSearch": "all",
        "modelsearch.SQLiteFTSIndexEntry": "all",  # no table that can be watched; it follows one that is
        "partner.PartnerAddress": "all",
        "partner.StockAlert": "all",
        "partner.StockRecord": ("num_in_stock", "num_allocated", "low_stock_threshold", "date_updated"),
    },
    # Of stock, readers see whether there is some.
    "SEEN_AS": {"partner.StockRecord": ("(COALESCE({row}.num_in_stock, 0) > COALESCE({row}.num_allocated, 0))",)},
    # When pages change by themselves.
    "MOMENTS": (
        ("blog.Post", "publish_at"),
        ("offer.ConditionalOffer", "start_datetime"),
        ("offer.ConditionalOffer", "end_datetime"),
        ("promises.Promise", "in_force_from"),
    ),
}

# --- Delivery ----------------------------------------------------------------------------------------------------

DELIVERY_STANDARD_PRICE = Decimal("5.00")
DELIVERY_FREE_FROM = Decimal("50.00")
DELIVERY_EXPRESS_PRICE = Decimal("12.00")

# --- Mail --------------------------------------------------------------------------------------------------------

vars().update(EMAIL)
EMAIL_TIMEOUT = 10
OUTBOX_BACKEND = EMAIL["EMAIL_BACKEND"]  # what the worker sends with
EMAIL_BACKEND = "shop.outbox.backend.EmailBackend"

# --- Logs --------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "shop": {"level": "INFO"},
        "shop.requests": {"level": "WARNING"},  # a line for each request is for production
        "blog": {"level": "INFO"},
        "django": {"level": "INFO", "handlers": []},  # its own console handler would say everything twice
    },
}
