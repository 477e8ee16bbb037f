#!/bin/sh
# 安装：系统软件包、仿宋与宋体字体、.venv 里的 Python 程序库。已有的一律不重装。
# usage: setup/install.sh [test]    exit 5: something is missing and cannot be installed here
set -eu
cd "$(dirname "$0")/.."
lack() { printf '%s\n' "$@" >&2; exit 5; }

# 1. system packages
lists=setup/debian-packages.txt
[ "${1:-}" = test ] && lists="$lists setup/debian-packages-test.txt"
missing=
for package in $(cat $lists); do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
  command="apt-get update && apt-get install -y --no-install-recommends$missing"
  if [ "$(id -u)" = 0 ]; then become=
  elif sudo -n true 2>/dev/null; then become="sudo -n"
  else lack "缺少系统软件包。请让管理员执行下面这一条命令，然后重新执行：" "  sudo sh -c '$command'"
  fi
  echo "安装系统软件包：$missing" >&2
  log=$(mktemp)
  $become sh -c "DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; $command" >"$log" 2>&1 \
    || { tail -n 20 "$log" >&2; lack "系统软件包没有装上（上面是最后几行）。请检查网络后重新执行。"; }
  rm -f "$log"
fi

# 2. the virtual environment, only when the lock file changed
pip=".venv/bin/python -m pip -qq --disable-pip-version-check install"
wanted=$(sha256sum requirements.lock)
if [ "$(cat .venv/installed 2>/dev/null)" != "$wanted" ]; then
  python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
    || lack "需要 Python 3.11 以上和 venv。请执行：sudo apt-get install -y python3-venv"
  echo "安装 Python 程序库到 .venv" >&2
  rm -rf .venv/lib .venv/bin .venv/installed .venv/registered
  python3 -m venv .venv
  $pip --require-hashes -r requirements.lock
  echo "$wanted" >.venv/installed
fi
wanted=$(sha256sum pyproject.toml)
if [ "$(cat .venv/registered 2>/dev/null)" != "$wanted" ]; then
  $pip --no-deps --no-build-isolation -e .
  echo "$wanted" >.venv/registered
fi

# 3. the Fandol faces, out of Debian's package without installing TeX
fonts=.venv/share/docgen/fonts
if ! (cd "$fonts" 2>/dev/null && sha256sum --quiet --check ../../../../setup/fandol.sha256 2>/dev/null); then
  echo "取得 FandolFang、FandolSong、FandolHei 字体" >&2
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  (cd "$scratch" && apt-get download -qq texlive-lang-chinese >apt.log 2>&1) || {
    cat "$scratch/apt.log" >&2
    lack "软件包 texlive-lang-chinese 下载不了。请检查网络，并请管理员执行：sudo apt-get update"
  }
  dpkg-deb --fsys-tarfile "$scratch"/*.deb \
    | tar -x -C "$scratch" --wildcards './usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/*.otf'
  mkdir -p "$fonts"
  for face in $(cut -c67- setup/fandol.sha256); do
    cp "$scratch/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/$face" "$fonts/"
  done
  (cd "$fonts" && sha256sum --quiet --check ../../../../setup/fandol.sha256) \
    || lack "字体文件与核定的摘要不符，没有采用。"
fi
