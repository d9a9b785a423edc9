"""A peer in Django, without the archive's front desk; what was loaded is not looked through for garbage, as there."""

import gc

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
