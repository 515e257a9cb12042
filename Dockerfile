# Wheels are built here, so that what builds them stays here. Only what has the hash of its pin gets in.
FROM python:3.11-slim-bookworm AS wheels
WORKDIR /wheels
COPY requirements.txt .
RUN pip wheel --no-cache-dir --require-hashes --requirement requirements.txt

FROM python:3.11-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --no-deps /wheels/*.whl \
    && useradd --system --uid 10001 --home-dir /shop --shell /usr/sbin/nologin shop \
    && mkdir --parents /shop/var/static /srv/media \
    && chown shop: /srv/media
WORKDIR /shop
COPY manage.py ./
COPY gunicorn.conf.py ./
COPY shop shop
COPY blog blog
COPY templates templates
COPY static static
COPY locale locale
# Nothing is compiled later: each start of a worker would compile all of it anew.
RUN python -m compileall -q shop blog
# These values are this one command's own: the image does not keep them.
RUN SECRET_KEY=only-while-the-image-is-built-0123456789-abcdefghijklmnopqrstuvwxyz ALLOWED_HOSTS=build.example \
    STRIPE_SECRET_KEY=sk_test_build STRIPE_WEBHOOK_SECRET=whsec_build \
    DJANGO_SETTINGS_MODULE=shop.settings.production python manage.py collectstatic --noinput
ENV DJANGO_SETTINGS_MODULE=shop.settings.production MEDIA_ROOT=/srv/media
USER shop
EXPOSE 8000
CMD ["gunicorn", "shop.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--no-control-socket"]
