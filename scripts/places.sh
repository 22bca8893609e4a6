# Sourced by every script, from the checkout's root. Whatever a tool wants to keep, it keeps in .cache.
export UV_CACHE_DIR="$PWD/.cache/uv"
export PIP_CACHE_DIR="$PWD/.cache/pip"
export npm_config_cache="$PWD/.cache/npm"
export XDG_CACHE_HOME="$PWD/.cache/xdg"
export XDG_CONFIG_HOME="$PWD/.cache/xdg-config"
export XDG_DATA_HOME="$PWD/.cache/xdg-data"
export PLAYWRIGHT_BROWSERS_PATH="$PWD/.cache/playwright"
export UV_NO_PROGRESS=1
export PIP_DISABLE_PIP_VERSION_CHECK=1
export PIP_ROOT_USER_ACTION=ignore

# uv and node bring certificates of their own; an office behind a gateway has added its own to the machine's.
certificates=/etc/ssl/certs/ca-certificates.crt
if [ -e "$certificates" ]; then
    export UV_SYSTEM_CERTS=1
    export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$certificates}"
fi
