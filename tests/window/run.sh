#!/usr/bin/env bash
# The main job in a real window, driven from outside: open the sample log, brush a burst, flag an
# account, undo, redo, export. What the window did is then read back with the command line.
#
#   tests/window/run.sh [BINARY [FOLDER FOR SCREENSHOTS]]
#
# Needs Xvfb, xdotool, ImageMagick and OpenGL or Vulkan (Mesa draws either without a graphics card).
set -euo pipefail
cd "$(dirname "$0")/../.."
binary=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/debug/stillwatch}")
shots=$(realpath -m "${2:-target/window}")
mkdir -p "$shots"
work=$(mktemp -d)
export HOME=$work/home XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_CACHE_HOME=$work/cache
export XDG_RUNTIME_DIR=$work/run
mkdir -p -m 700 "$HOME" "$XDG_RUNTIME_DIR"
# A folder with the log and the tables that come beside it.
logs=$work/sample
mkdir "$logs"
cp sample_data/*.jsonl.* sample_data/accounts.csv sample_data/releases.csv "$logs/"
width=1440 height=900

exec 3< <(Xvfb -displayfd 1 -screen 0 ${width}x${height}x24 -nolisten tcp 2>"$work/xvfb.log" & echo "$!" >"$work/xvfb.pid"; wait)
read -r -u 3 display
export DISPLAY=:$display
unset WAYLAND_DISPLAY

app=
cleanup() {
  [ -z "$app" ] || kill "$app" 2>/dev/null || true
  kill "$(cat "$work/xvfb.pid")" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

fail() {
  echo "window test: $1" >&2
  import -window root "$shots/failed.png" 2>/dev/null || true
  cat "$work/app.log" >&2 || true
  exit 1
}
# wait_for SECONDS WHAT COMMAND…
wait_for() {
  local left=$(($1 * 5)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    [ $left -gt 0 ] || fail "waited in vain for $what"
    kill -0 "$app" 2>/dev/null || fail "the window went away while waiting for $what"
    sleep 0.2
  done
}
shot() {
  sleep "${2:-2}"
  import -window root "$shots/$1.png"
  local colours
  colours=$(identify -format %k "$shots/$1.png")
  [ "$colours" -gt 50 ] || fail "$1.png shows next to nothing ($colours colours)"
}
# differ A B: whether two screenshots differ by more than a pointer and a few words.
differ() {
  local pixels
  pixels=$(compare -metric AE "$shots/$1.png" "$shots/$2.png" null: 2>&1 || true)
  awk -v pixels="$pixels" 'BEGIN { exit !(pixels + 0 > 5000) }'
}
key() { xdotool key --clearmodifiers "$@"; sleep 0.7; }

"$binary" open "$logs" >"$work/app.log" 2>&1 &
app=$!
wait_for 60 "a window" xdotool search --onlyvisible --name Stillwatch
window=$(xdotool search --onlyvisible --name Stillwatch | tail -1)
xdotool windowmove "$window" 0 0 windowsize "$window" $width $height
# There is no window manager: the keyboard goes where it is told.
wait_for 20 "the keyboard" timeout 5 xdotool windowfocus --sync "$window"
case_file=$logs.stillwatch
wait_for 180 "the case in the title" sh -c "xdotool getwindowname $window | grep -q sample.stillwatch"
shot overview 4

# The detectors run by themselves on a case that is new.
key ctrl+2
has_findings() {
  [ "$("$binary" query "$case_file" "SELECT count(*) FROM finding" --format csv | tail -1 | tr -d "\r")" -gt 0 ]
}
wait_for 400 "findings in the case" has_findings
key j
shot findings 4

key ctrl+3
key Escape
shot explore 3
# Brush: from a third to half of the time axis.
# Slowly, as a hand does: a press and a release within one frame would be a click.
for step in "mousemove 480 140" "mousedown 1" "mousemove 520 140" "mousemove 580 140" "mousemove 640 140" "mouseup 1"; do
  # shellcheck disable=SC2086
  xdotool $step
  sleep 0.6
done
shot brushed 3
differ explore brushed || fail "a drag on the time axis changes nothing"
key Escape
shot lifted 3
differ brushed lifted || fail "Escape does not lift the brush"

# The first account of the table.
verdicts() { "$binary" query "$case_file" "SELECT count(*) FROM verdict" --format csv | tail -1 | tr -d "\r"; }
is_verdicts() { [ "$(verdicts)" = "$1" ]; }
# Again where the window was too busy to see it: the same verdict twice is one.
for _ in 1 2 3 4 5 6; do
  xdotool mousemove 300 "${FIRST_ACCOUNT_Y:-320}" click 1
  sleep 1
  key 1
  for _ in $(seq 15); do is_verdicts 1 && break 2; sleep 0.2; done
done
wait_for 20 "the verdict in the case" is_verdicts 1
shot flagged 2
key ctrl+z
wait_for 20 "the undone verdict" is_verdicts 0
key ctrl+shift+z
wait_for 20 "the redone verdict" is_verdicts 1

key ctrl+e
shot export 2
key Return
package() { find "$work" -name manifest.json -printf '%h\n' | head -1; }
has_package() { [ -n "$(package)" ]; }
wait_for 120 "the evidence package" has_package
shot exported 3
"$binary" verify "$(package)" || fail "the package does not verify"

key ctrl+q
for _ in $(seq 50); do kill -0 "$app" 2>/dev/null || break; sleep 0.2; done
kill -0 "$app" 2>/dev/null && fail "the window did not close"
app=
actions=$("$binary" query "$case_file" "SELECT group_concat(action) FROM journal" --format csv | tail -1 | tr -d "\r")
case $actions in
  *import*accounts*releases*templates*anal*edit*undo*redo*) ;;
  *) fail "the journal says $actions" ;;
esac
echo "window test: passed, screenshots in $shots"
