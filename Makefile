# SPDX-License-Identifier: GPL-3.0-or-later
# A thin front to meson. `make` leaves the program at build/dsfi.
BUILD ?= build

.PHONY: all demo story test pages pictures bench lint fuzz soak fresh format clean
all: $(BUILD)/build.ninja
	@python3 tools/sources.py --refresh
	@ninja -C $(BUILD)

$(BUILD)/build.ninja:
	@command -v meson >/dev/null || { echo "make: meson is missing; tools/install-deps gets all that is needed" >&2; exit 1; }
	meson setup $(BUILD)

# A world of 1,000 domains, scanned, judged, compared with its truth, and shown.
demo:
	@tools/install-deps build
	@$(MAKE) --no-print-directory all
	@tools/demo.sh $(BUILD)

# A hijack, from the change to the verified repair, between four parties that share no server.
story:
	@tools/install-deps build test
	@$(MAKE) --no-print-directory all
	@tools/story.sh $(BUILD)

# Every test that runs offline within minutes; ends with `N passed, N failed, N skipped`. A build made
# before cmocka came knows no unit tests until it is told to.
test:
	@tools/install-deps build test
	@$(MAKE) --no-print-directory $(BUILD)/build.ninja
	@meson configure $(BUILD) -Dunit_tests=enabled
	@$(MAKE) --no-print-directory all
	@tools/unpack-servers $(BUILD)/servers
	@tools/unpack-servers $(BUILD)/mailers mail
	@tests/run --build $(BUILD)

# Our pages in a headless Chromium: light, dark, printed, narrow; for everybody's eyes and ears.
pages:
	@tools/install-deps build test pages
	@$(MAKE) --no-print-directory all
	@tools/get-axe $(BUILD)/axe
	@tests/run --build $(BUILD) --only world-pages

# The README's pictures, made anew.
pictures:
	@tools/install-deps build test pages
	@$(MAKE) --no-print-directory all
	@tools/screenshots $(BUILD)

# Figures, each with the limit or peer it is held against.
bench:
	@tools/install-deps build test
	@$(MAKE) --no-print-directory all
	@tools/unpack-servers $(BUILD)/servers
	@tools/unpack-servers $(BUILD)/resolvers resolvers
	@tools/each.sh bench $(BUILD)

# clang-tidy, clang-format and the house's own rules.
lint:
	@tools/install-deps build test lint
	@tools/lint.sh

# Every fuzz target for a while: make fuzz SECONDS_EACH=600
SECONDS_EACH ?= 60
fuzz:
	@tools/install-deps build test lint
	@tools/fuzz.sh $(SECONDS_EACH)

# Long runs; says what there is.
soak:
	@tools/install-deps build test
	@$(MAKE) --no-print-directory all
	@tools/unpack-servers $(BUILD)/servers
	@tools/each.sh soak $(BUILD)

# The README's commands in a minimal Debian made for the purpose.
fresh:
	@tools/install-deps fresh
	@tools/fresh.sh

format:
	@find src tests -name '*.[ch]' -exec clang-format -i {} +

clean:
	rm -rf $(BUILD)
