# Sourced by every script, from the checkout's root: whatever a tool wants to keep, it keeps in .cache.
export UV_CACHE_DIR="$PWD/.cache/uv"
export PIP_CACHE_DIR="$PWD/.cache/pip"
export npm_config_cache="$PWD/.cache/npm"
export XDG_CACHE_HOME="$PWD/.cache/xdg"
export XDG_CONFIG_HOME="$PWD/.cache/xdg-config"
export XDG_DATA_HOME="$PWD/.cache/xdg-data"
export PLAYWRIGHT_BROWSERS_PATH="$PWD/.cache/playwright"
export UV_NO_PROGRESS=1
export PIP_DISABLE_PIP_VERSION_CHECK=1
