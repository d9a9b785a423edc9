"""Settings, all from the environment; ``docs/reference/settings.md`` has the table."""

from config import env
from config.env import BASE_DIR

DEBUG = env.boolean("DEBUG", default=False)
SECRET_KEY = env.secret_key(DEBUG)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", DEBUG)
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS", with_wildcards=True)
CORS_ALLOWED_ORIGINS = env.origins("CORS_ALLOWED_ORIGINS")
TAG_AUTHORITY = env.tag_authority("TAG_AUTHORITY", default="chancery.invalid,2026")
ARCHIVE_NAME = env.text("ARCHIVE_NAME", "Chancery")
CONTACT_EMAIL = env.email("CONTACT_EMAIL", default="contact@chancery.invalid")
ARCHIVE_PUBLIC = env.boolean("ARCHIVE_PUBLIC", default=True)

SQLITE_SYNCHRONOUS = env.synchronous("SQLITE_SYNCHRONOUS")
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
DATABASES |= {f"replica{number}": url for number, url in enumerate(env.databases("REPLICA_URLS"), start=1)}
METRICS_TOKEN = env.text("METRICS_TOKEN")
METRICS = DEBUG or bool(METRICS_TOKEN)
PROMETHEUS_MULTIPROC_DIR = env.folder("PROMETHEUS_MULTIPROC_DIR")
WORKER_THREADS = env.number("WORKER_THREADS", default=2, least=1)
BODY_TIMEOUT = env.number("BODY_TIMEOUT", default=20, least=1)
STATEMENT_TIMEOUT = env.number("STATEMENT_TIMEOUT", default=10)
IDEMPOTENCY_HOURS = env.number("IDEMPOTENCY_HOURS", default=24, least=1)
PREPARED_STATEMENTS = env.boolean("PREPARED_STATEMENTS", default=True)
PERSISTED_DOCUMENTS = env.documents("PERSISTED_DOCUMENTS")
CACHES = {"default": env.cache("CACHE_URL")}
CACHE_IS_SHARED = "redis" in CACHES["default"]["BACKEND"]
ANSWER_CACHE_BYTES = env.number("ANSWER_CACHE_BYTES", default=64_000_000)

INSTALLED_APPS = [
    "archive.apps.ArchiveConfig",
    "archive.apps.ArchiveAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "graphene_django",
    "graphene_django_graphiql_static",
    "django_filters",
    "django_htmx",
    "corsheaders",
    "simple_history",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
]
SERIALIZATION_MODULES = {name: f"archive.fixture_formats.{name}" for name in ("json", "jsonl", "yaml")}
MIDDLEWARE = [
    "archive.middleware.metrics.MetricsMiddleware",
    "archive.middleware.request_checks.HostPortMiddleware",
    "archive.middleware.cors.CrossOriginMiddleware",
    "archive.middleware.rate_limit.RateLimitMiddleware",
    "archive.middleware.response_headers.PrivateCacheControlMiddleware",
    "archive.middleware.public_reads.ResponseCacheMiddleware",
    "archive.middleware.public_reads.PublicReadMiddleware",
    "archive.middleware.response_headers.CompressionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "archive.middleware.response_headers.SecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "archive.middleware.locale.LanguageMiddleware",
    "archive.middleware.locale.TimeZoneMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "archive.middleware.sessions.SessionUseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "archive.middleware.request_checks.FormSizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "archive.middleware.sessions.SecondFactorMiddleware",
    "archive.middleware.request_checks.PrivateArchiveMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "archive.middleware.database_errors.DatabaseErrorMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "archive.accounts.backend.PermissionBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"archive.accounts.passwords.{name}"}
    for name in ("LengthValidator", "GuessedFirstValidator", "ContextValidator")
]
TWO_FACTOR = env.choice("TWO_FACTOR", ("off", "optional", "administrators"))
OTP_TOTP_ISSUER = ARCHIVE_NAME
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "archive.middleware.login_limits.LoginLimits"
# The handler checks limits before passwords. The failure that reaches a limit is answered like any other failure.
AXES_LOCK_OUT_AT_FAILURE = False
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "archive.middleware.login_limits.account_name"
AXES_CLIENT_IP_CALLABLE = "archive.middleware.client_address.request_address"
AXES_LOCKOUT_CALLABLE = "archive.middleware.login_limits.locked_out"
# The audit log has the log-ins; django-axes stores the failures that its limits count, and no more.
AXES_DISABLE_ACCESS_LOG = True
# The limits on failed log-ins look back 90 days for addresses from which an account logged in.
AUDIT_DAYS = env.number("AUDIT_DAYS", default=365, least=90)
LOGIN_URL = "admin:login"
SESSION_ENGINE = "archive.middleware.sessions"

# Folder of uploaded datasets until they are loaded; it has no URL.
IMPORT_ROOT = env.text("IMPORT_ROOT") or str(BASE_DIR / "imports")
# Folder of files attached to sources; they have no URL but a view of the admin.
MEDIA_ROOT = env.text("MEDIA_ROOT") or str(BASE_DIR / "media")
ATTACHMENT_MAX_BYTES = env.number("ATTACHMENT_MAX_BYTES", default=25_000_000, least=1)
# Uploads are scanned by clamd before they are stored in either.
CLAMD_ADDRESS = env.clamd("CLAMD_ADDRESS")

# The catalogues are in archive/locale; English is that of the source.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("ko", "한국어"), ("ja", "日本語")]
LANGUAGE_COOKIE_PATH = "/admin/"
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not DEBUG
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = DEBUG
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# The form of a dossier with 500 entries has 4,500 fields; Django's default of 1,000 allows about 100.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
CSRF_FAILURE_VIEW = "archive.web.errors.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
# Request fields that pages of any origin may send: what reads need, and what GraphQL clients and tracing add.
CORS_PUBLIC_HEADERS = (
    "accept", "accept-language", "apollo-require-preflight", "apollographql-client-name",
    "apollographql-client-version", "baggage", "cache-control", "content-type", "if-modified-since", "if-none-match",
    "pragma", "sentry-trace", "traceparent", "tracestate", "x-apollo-operation-name", "x-requested-with",
)  # fmt: skip
# Pages of CORS_ALLOWED_ORIGINS may also send credentials and the header fields of writes.
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = (
    *CORS_PUBLIC_HEADERS, "authorization", "idempotency-key", "if-match", "one-time-code", "x-change-reason",
    "x-csrftoken",
)  # fmt: skip
CORS_EXPOSE_HEADERS = ("ETag", "Link", "Location", "Retry-After")
CORS_PREFLIGHT_MAX_AGE = 86_400

SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", default=not DEBUG)
# Balancers and Prometheus ask for these on the machine itself, by plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^(?:livez|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
SECURE_HSTS_PRELOAD = not DEBUG
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SECURE = not DEBUG
RATE_LIMIT = env.number("RATE_LIMIT", default=0 if DEBUG else 6_000)
TRUSTED_PROXIES = env.proxies("TRUSTED_PROXIES")
BEHIND_PROXY = env.boolean("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    # The proxy redirects plain HTTP to TLS.
    SILENCED_SYSTEM_CHECKS = ["security.W008"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "archive.rest.auth.ArchiveTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["archive.rest.auth.ReadAllWriteByPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "archive.rest.content.ContentNegotiation",
    "DEFAULT_PARSER_CLASSES": ["archive.rest.content.StrictJSONParser"],
    "DEFAULT_METADATA_CLASS": "archive.rest.content.Metadata",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "archive.rest.errors.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
}
REST_KNOX = {"TOKEN_LIMIT_PER_USER": env.number("TOKEN_LIMIT", default=20) or None}
SPECTACULAR_SETTINGS = {
    "TITLE": "Chancery",
    "DESCRIPTION": "A diplomatic timeline archive: dated events, statements and officials.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "CONTACT": {"name": "Those who run this archive"},
    "SERVERS": [{"url": "/", "description": "This archive."}],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "RENDERER_WHITELIST": ["rest_framework.renderers.JSONRenderer"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        f"{name}Enum": f"archive.choices.{name}"
        for name in ("BodyKind", "RelationKind", "SpeechActKind", "OutcomeKind", "NameScheme", "GoodScheme")
    }
    | {
        "RevisionKindEnum": ["added", "changed", "removed"],
        "ChainLinkKindEnum": "archive.chains.LinkKind",
        "ChainDirectionEnum": ["before", "after"],
        "ChainRecordEnum": ["event", "statement"],
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "archive.rest.openapi.postprocess",
    ],
}
GRAPHENE = {"SCHEMA": "archive.graphql.schema.schema", "SCHEMA_OUTPUT": "archive/graphql/schema.graphql"}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"one_line": {"()": "archive.log_filters.OneLineFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["one_line"]}},
    "root": {"handlers": ["console"], "level": env.log_level("LOG_LEVEL", "WARNING")},
}
