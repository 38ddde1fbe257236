#!/usr/bin/env python3
"""From outside: how long after a press, a move or a turn of the wheel the picture of the window changes.

    tests/bench/window.py BINARY CASE [--runs N] [--size WIDTHxHEIGHT] [--keep FOLDER]

Starts the window on a virtual X display whose frame buffer is a file (Xvfb -fbdir), sends input
with xdotool, and compares that file with what it was every few milliseconds. Prints medians and
the slowest of each kind of input: until the first change of the picture, and until the last one,
after which nothing changed for half a second. Also: from the start of the program until the
picture stands still, and what an untouched window costs the processor. The case is written to
(navigation is kept in it): give a copy. Needs Xvfb, xdotool and OpenGL or Vulkan (Mesa draws
either without a graphics card; STILLWATCH_RENDERER=wgpu asks for the latter).
"""

import argparse
import mmap
import os
import shutil
import statistics
import subprocess
import tempfile
import time

POLL_S = 0.004
STILL_S = 0.5
GIVE_UP_S = 8.0


class Window:
    def __init__(self, binary, case, size, keep):
        self.width, self.height = size
        self.keep = keep
        self.work = tempfile.mkdtemp(prefix="window-bench-")
        self.env = dict(os.environ, HOME=self.work, XDG_CONFIG_HOME=self.work + "/c",
                        XDG_DATA_HOME=self.work + "/d", XDG_CACHE_HOME=self.work + "/k",
                        XDG_RUNTIME_DIR=self.work)
        self.env.pop("WAYLAND_DISPLAY", None)
        read, write = os.pipe()
        screen = f"{self.width}x{self.height}x24"
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-fbdir", self.work,
             "-nocursor", "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL)
        self.env["DISPLAY"] = ":" + os.read(read, 16).decode().strip()
        buffer = open(self.work + "/Xvfb_screen0", "rb")
        self.pixels = mmap.mmap(buffer.fileno(), 0, access=mmap.ACCESS_READ)
        self.started = time.monotonic()
        self.app = subprocess.Popen([binary, "open", case], env=self.env,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def picture(self):
        return self.pixels[:]

    def keep_picture(self, name):
        if self.keep:
            os.makedirs(self.keep, exist_ok=True)
            with open(f"{self.keep}/{name}.xwd", "wb") as kept:
                kept.write(self.picture())

    def input(self, *words):
        subprocess.run(["xdotool", *map(str, words)], env=self.env, check=True,
                       stdout=subprocess.DEVNULL)

    def place(self):
        """The window over the whole display, and the keyboard in it."""
        name = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "Stillwatch"]
        found = subprocess.run(name, env=self.env, capture_output=True, text=True, check=True)
        window = found.stdout.split()[-1]
        self.input("windowmove", window, 0, 0, "windowsize", window, self.width, self.height)
        self.input("windowfocus", "--sync", window)

    def until_still(self, before, since, still=STILL_S):
        """Seconds from `since` to the first change from `before`, and to the last change."""
        first = last = None
        while True:
            now = time.monotonic()
            if (last or since) + (still if last else GIVE_UP_S) < now:
                return first, last and last - since
            picture = self.picture()
            if picture != before:
                last, before = now, picture
                first = first or now - since
            time.sleep(POLL_S)

    def answer(self, *words):
        before, since = self.picture(), time.monotonic()
        self.input(*words)
        return self.until_still(before, since)

    def processor_s(self):
        fields = open(f"/proc/{self.app.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        self.app.terminate()
        self.app.wait()
        self.server.terminate()
        self.server.wait()
        shutil.rmtree(self.work, ignore_errors=True)


def report(what, answers):
    firsts = [first * 1e3 for first, _ in answers if first is not None]
    lasts = [last * 1e3 for _, last in answers if last is not None]
    missing = len(answers) - len(firsts)
    if not firsts:
        print(f"{what:<52} the picture never changed")
        return
    note = f"   {missing} of {len(answers)} changed nothing" if missing else ""
    print(f"{what:<52} first change {statistics.median(firsts):4.0f} ms median {max(firsts):4.0f} "
          f"slowest · last {statistics.median(lasts):4.0f} ms median {max(lasts):4.0f} slowest{note}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("case")
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--keep", help="folder for what stood on the screen, as XWD pictures")
    args = parser.parse_args()
    width, height = map(int, args.size.split("x"))
    window = Window(args.binary, args.case, (width, height), args.keep)
    blank = window.picture()
    first, last = window.until_still(blank, window.started, still=3.0)
    print(f"start to the first picture {first:.2f} s, to the last change {last:.2f} s")
    window.place()
    time.sleep(3)
    kinds(window, width, height, args.runs)
    time.sleep(2)
    before, since = window.processor_s(), time.monotonic()
    time.sleep(10)
    share = (window.processor_s() - before) / (time.monotonic() - since)
    print(f"{'untouched for 10 s':<52} {share:.2%} of one processor")
    window.close()


def kinds(window, width, height, runs):
    # Where the traffic and the table stand on Explore as it is laid out at first.
    traffic, table = height * 0.2, height * 0.85
    keys = [window.answer("key", "ctrl+1" if i % 2 else "ctrl+3") for i in range(runs)]
    report("another screen (Ctrl+1, Ctrl+3)", keys)
    window.answer("key", "ctrl+3")
    at = lambda share: round(width * (0.3 + 0.4 * share))
    window.answer("mousemove", at(0), round(traffic))
    moves = [window.answer("mousemove", at(i / runs), round(traffic)) for i in range(1, runs)]
    report("the pointer moves over the traffic", moves)
    window.answer("mousemove", at(0.1), round(traffic))
    window.input("mousedown", 1)
    window.answer("mousemove", at(0.2), round(traffic))
    drags = [window.answer("mousemove", at(0.2 + 0.7 * i / runs), round(traffic))
             for i in range(1, runs)]
    report("a range is dragged, every view follows", drags)
    window.input("mouseup", 1)
    window.until_still(window.picture(), time.monotonic())
    window.answer("mousemove", at(0.3), round(table))
    report("a table scrolls", [window.answer("click", 5) for _ in range(runs)])
    window.answer("key", "Escape")
    texts = ["model:atlas-3", "country:DE", "tokens>1000", "status:429", "output:100..300"]
    answers = []
    for text in texts:
        window.answer("key", "slash")
        window.answer("type", "--delay", "5", text)
        answers.append(window.answer("key", "Return"))
        window.answer("key", "alt+Left")
    report("another filter (Return)", answers)
    network(window, width, height, runs)


def network(window, width, height, runs):
    """The network as it begins, and with every account drawn by itself."""
    def settle(*keys):
        for key in keys:
            before = window.picture()
            window.input("key", key)
            window.until_still(before, time.monotonic(), still=12.0)

    settle("Escape", "ctrl+4")
    pan(window, width, height, runs, "the network is panned")
    # The table of accounts, all of them, drawn one by one.
    settle("ctrl+3", "ctrl+shift+a", "ctrl+a", "g")
    pan(window, width, height, runs, "the network of all accounts, all selected, is panned")
    settle("Escape")
    pan(window, width, height, runs, "the network of all accounts is panned")


def pan(window, width, height, runs, what):
    # From the corner of the canvas, where no node is moved instead.
    x, y = round(width * 0.14), round(height * 0.12)
    window.answer("mousemove", x, y)
    window.input("mousedown", 1)
    window.answer("mousemove", x + 9, y + 6)
    report(what, [window.answer("mousemove", x + 9 + 7 * i, y + 6 + 5 * i)
                  for i in range(1, runs)])
    window.keep_picture(what)
    window.input("mouseup", 1)
    window.until_still(window.picture(), time.monotonic())


if __name__ == "__main__":
    main()
