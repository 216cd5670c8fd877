"""What both ways of running share. `embedded` and `scale` differ from it in backends only."""

from __future__ import annotations

from pathlib import Path

from watchfloor.config.environ import env_bool, env_database, env_int, env_list, env_text

PACKAGE = Path(__file__).resolve().parents[2]

SECRET_KEY = env_text("WATCHFLOOR_SECRET_KEY")
SECRET_KEY_FALLBACKS = env_list("WATCHFLOOR_SECRET_KEY_FALLBACKS")
# Seals the audit trail; derived from the signing key where it is not set.
AUDIT_KEY = env_text("WATCHFLOOR_AUDIT_KEY", "")
DEBUG = False
ALLOWED_HOSTS = env_list("WATCHFLOOR_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
WATCHFLOOR_HOME = Path(env_text("WATCHFLOOR_HOME", "/var/lib/watchfloor"))

# Each process gets the passwords of the roles that it needs and no others. An alias whose role
# was not handed over answers with an error of its own instead of another role's rights.
# Requests of the web process run each in a thread of its own and share this many connections.
DB_POOL = env_int("WATCHFLOOR_DB_POOL", 0, high=200)
DATABASES = {
    "default": env_database("WATCHFLOOR_DB_APP", "postgresql://wf_app@/watchfloor", pool=DB_POOL),
    "system": env_database(
        "WATCHFLOOR_DB_SYSTEM", "postgresql://wf_system@/watchfloor", pool=DB_POOL
    ),
    "owner": env_database("WATCHFLOOR_DB_OWNER", "postgresql://wf_owner@/watchfloor"),
}
DATABASE_ROUTERS = ["watchfloor.platform.tenancy.routing.SystemRouter"]
WATCHFLOOR_DB_INTAKE = env_text("WATCHFLOOR_DB_INTAKE", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "axes",
    "channels",
    "watchfloor.platform.tenancy",
    "watchfloor.platform.audit",
    "watchfloor.platform.events",
    "watchfloor.platform.accounts",
    "watchfloor.platform.jobs",
    "watchfloor.platform.modelstore",
    "watchfloor.platform.live",
    "watchfloor.domain.org",
    "watchfloor.domain.devices",
    "watchfloor.domain.people",
    "watchfloor.domain.naming",
    "watchfloor.domain.changes",
    "watchfloor.domain.contacts",
    "watchfloor.domain.filings",
    "watchfloor.domain.helpdesk",
    "watchfloor.domain.outline",
    "watchfloor.domain.plans",
    "watchfloor.domain.arming",
    "watchfloor.domain.privacy",
    "watchfloor.domain.posts",
    "watchfloor.domain.shifts",
    "watchfloor.domain.tours",
    "watchfloor.domain.activity",
    "watchfloor.domain.video",
    "watchfloor.domain.work",
    "watchfloor.domain.vitals",
    "watchfloor.noc.intake",
    "watchfloor.noc.alerts",
    "watchfloor.noc.rhythm",
    "watchfloor.noc.findings",
    "watchfloor.noc.clustering",
    "watchfloor.noc.incidents",
    "watchfloor.noc.orders",
    "watchfloor.noc.desks",
    "watchfloor.noc.bulk",
    "watchfloor.noc.handover",
    "watchfloor.noc.sounds",
    "watchfloor.noc.evidence",
    "watchfloor.noc.integrations",
    "watchfloor.noc.rehearsal",
    "watchfloor.noc.teaching",
    "watchfloor.noc.watching",
    "watchfloor.noc.kpis",
    "watchfloor.noc.walls",
    "watchfloor.sensing.baselines",
    "watchfloor.sensing.fraud",
    "watchfloor.sensing.presence",
    "watchfloor.sensing.reactive",
    "watchfloor.sensing.scorecard",
    "watchfloor.sensing.inspection",
    "watchfloor.sensing.thresholds",
    "watchfloor.console",
]

MIDDLEWARE = [
    "watchfloor.platform.requests.RequestIdMiddleware",
    "watchfloor.platform.timing.ServerTimingMiddleware",
    "watchfloor.platform.requests.SecurityHeadersMiddleware",
    "watchfloor.platform.statics.StaticFilesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "watchfloor.platform.accounts.sessions.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "watchfloor.platform.accounts.middleware.AuthenticationMiddleware",
    "watchfloor.platform.tenancy.middleware.TenantMiddleware",
    "watchfloor.platform.disclosing.DisclosureMiddleware",
    "watchfloor.platform.privacy.PrivacyMiddleware",
    "watchfloor.platform.requests.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "watchfloor.config.urls"
ASGI_APPLICATION = "watchfloor.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "watchfloor.console.context.console",
            ]
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
# E-mails are unique within a tenant; our backend asks which tenant where one is known to two.
# We send X-Frame-Options with our other headers, and redirecting to TLS is the proxy's: where
# uvicorn has the certificate itself, nothing listens for plain HTTP.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "security.W002", "security.W008"]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "watchfloor.platform.accounts.backend.EmailBackend",
]
PASSWORD_HASHERS = ["watchfloor.platform.accounts.hashing.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_CLIENT_IP_CALLABLE = "watchfloor.platform.requests.client_ip"
AXES_LOCKOUT_CALLABLE = "watchfloor.platform.accounts.views.door.locked_out"
LOGIN_URL = "/sign-in"

SECURE_TRANSPORT = env_bool("WATCHFLOOR_SECURE_TRANSPORT", False)
TRUSTED_PROXIES = env_list("WATCHFLOOR_TRUSTED_PROXIES")
SESSION_ENGINE = "watchfloor.platform.accounts.sessions"
SESSION_COOKIE_NAME = "__Host-wf_session" if SECURE_TRANSPORT else "wf_session"
SESSION_COOKIE_SECURE = SECURE_TRANSPORT
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env_int("WATCHFLOOR_SESSION_HOURS", 12, low=1, high=168) * 3600
SESSION_IDLE_SECONDS = env_int("WATCHFLOOR_SESSION_IDLE_MINUTES", 60, low=5, high=1440) * 60
CSRF_COOKIE_NAME = "__Host-wf_csrf" if SECURE_TRANSPORT else "wf_csrf"
CSRF_COOKIE_SECURE = SECURE_TRANSPORT
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "watchfloor.platform.requests.csrf_failed"
CSRF_TRUSTED_ORIGINS = env_list("WATCHFLOOR_TRUSTED_ORIGINS")
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_TRANSPORT else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False
STATIC_URL = "/static/"
STATIC_ROOT = WATCHFLOOR_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "watchfloor.config.static.HashedStaticFiles"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
SERVER_TIMING = env_bool("WATCHFLOOR_SERVER_TIMING", False)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

EMAIL_HOST = env_text("WATCHFLOOR_SMTP_HOST", "localhost")
EMAIL_PORT = env_int("WATCHFLOOR_SMTP_PORT", 25, low=1, high=65535)
EMAIL_HOST_USER = env_text("WATCHFLOOR_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env_text("WATCHFLOOR_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env_bool("WATCHFLOOR_SMTP_STARTTLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env_text("WATCHFLOOR_MAIL_FROM", "watchfloor@localhost")

# Targets on the floor's own networks that webhooks and heartbeats may reach all the same.
EGRESS_ALLOWED_NETWORKS = env_list("WATCHFLOOR_EGRESS_ALLOW")

RETENTION_DAYS = {
    "reports": env_int("WATCHFLOOR_RETENTION_REPORTS_DAYS", 30, low=1),
    "alerts": env_int("WATCHFLOOR_RETENTION_ALERTS_DAYS", 400, low=1),
    "beats": env_int("WATCHFLOOR_RETENTION_BEATS_DAYS", 14, low=1),
    "identities": env_int("WATCHFLOOR_RETENTION_IDENTITIES_DAYS", 7, low=1),
}
# Attachments and floor plans; several web processes need one folder that all of them reach.
EVIDENCE_FOLDER = Path(env_text("WATCHFLOOR_EVIDENCE_FOLDER", str(WATCHFLOOR_HOME / "evidence")))
EVIDENCE_MOST_BYTES = env_int("WATCHFLOOR_EVIDENCE_MB", 64, low=1, high=2048) * 2**20
INTAKE_QUEUE_LIMIT = env_int("WATCHFLOOR_INTAKE_QUEUE", 20_000, low=100)

CELERY = {
    "task_default_queue": "watchfloor",
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "worker_timer_precision": 0.2,  # how long its timer thread holds up a stop
    "task_serializer": "json",
    "accept_content": ["json"],
    "timezone": "UTC",
    "enable_utc": True,
    "worker_enable_remote_control": False,
    "broker_connection_retry_on_startup": True,
}
LOGGING_CONFIG = None
