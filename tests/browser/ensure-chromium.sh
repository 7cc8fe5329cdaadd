#!/bin/sh
# Print the path of a Chromium-like browser; install Chromium with the system's package manager if there is none.
# The browser tests drive this one: no browser build is downloaded. Everything but the path goes to stderr.
set -eu

find_browser() {
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        if [ -n "$name" ] && path=$(command -v "$name") && "$path" --version >/dev/null 2>&1; then
            echo "$path"
            return 0
        fi
    done
    return 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

install_chromium() {
    echo "No Chromium found: installing it with the system's package manager." >&2
    if command -v apt-get; then
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends chromium fonts-liberation
    elif command -v dnf; then
        as_root dnf install -y chromium
    elif command -v pacman; then
        as_root pacman -S --noconfirm --needed chromium
    elif command -v brew; then
        brew install --cask chromium
    else
        return 1
    fi
}

if ! find_browser; then
    install_chromium >&2 || true
    find_browser || {
        echo "error: no Chromium, and it could not be installed; install it, or set CHROMIUM to a browser's path." >&2
        exit 1
    }
fi
