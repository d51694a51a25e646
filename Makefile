# How maquette is built, run and tested. `make` lists what there is to make.

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/maquette

# Every clone shares one build of the engine, which takes a quarter of an hour the first time.
export CARGO_TARGET_DIR ?= $(CACHE)/target

MAQUETTE := $(CARGO_TARGET_DIR)/release/maquette
VULKAN := .ci/with-vulkan
# Tests that draw run under the driver that `setup` found; the compiler does not.
RUNNER := --config "target.'cfg(unix)'.runner = ['$(CURDIR)/$(VULKAN)']"
READERS := tests/readers
S3S := $(CACHE)/s3s
DEMO := out/demo
# How long `fuzz` takes for each of its targets, and which: all of them where none is named.
SECONDS ?= 60
TARGET ?=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup own build demo test fuzz farm-test bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: own ## check the tools; find a Vulkan driver that works, or fetch one into the cache
	@command -v cargo >/dev/null || { \
		echo "cargo is missing: install Rust 1.95 or newer, see https://www.rust-lang.org/tools/install" >&2; exit 1; }
	@command -v cc >/dev/null || { \
		echo "a C compiler (cc) is missing: on Debian, apt-get install gcc libc6-dev" >&2; exit 1; }
	@.ci/vulkan.sh setup

# Cargo goes by the time of files: to it, another clone's newer build is this one's.
own:
	@[ "$$(cat "$(CARGO_TARGET_DIR)/clone" 2>/dev/null)" = "$(CURDIR)" ] || { \
		mkdir -p "$(CARGO_TARGET_DIR)" && touch src/lib.rs && echo "$(CURDIR)" > "$(CARGO_TARGET_DIR)/clone"; }

build: own ## build the program
	@cargo build --release

demo: setup ## render 24 labelled frames of a table with things on it, and a sheet of 12 to look at
	@start=$$(date +%s); \
	cargo build --release || exit; \
	built=$$(date +%s); \
	rm -rf $(DEMO) $(DEMO).png; \
	$(VULKAN) "$(MAQUETTE)" render scenes/tabletop.ron --frames 24 --seed 1 --output $(DEMO) || exit; \
	$(VULKAN) "$(MAQUETTE)" preview scenes/tabletop.ron --frames 12 --output $(DEMO).png || exit; \
	echo; \
	"$(MAQUETTE)" verify $(DEMO) || exit; \
	end=$$(date +%s); \
	echo; \
	echo "  $(DEMO).png                  twelve frames with their labels drawn in: look at this first"; \
	echo "  $(DEMO)/frames/              images, instance ids, depth, records"; \
	echo "  $(DEMO)/coco/instances.json  the same labels for COCO tools"; \
	echo "  $(DEMO)/manifest.json        what made it all"; \
	echo; \
	echo "Built in $$((built - start)) s, rendered in $$((end - built)) s."

test: setup ## formatting, lints, our own tests, and other people's readers on what we write
	@cargo fmt --check
	@cargo clippy --release --all-targets -- -D warnings
	@cargo test --release $(RUNNER)
	@cargo build --release
	@python=$$(.ci/python.sh $(READERS)/requirements.txt) && \
		MAQUETTE_BIN="$(MAQUETTE)" PYTHONDONTWRITEBYTECODE=1 $(VULKAN) "$$python" -m pytest -q $(READERS)

fuzz: own ## damage scenes, assets and datasets for SECONDS each, guided by coverage; or run one INPUT again
	@RUSTC_WORKSPACE_WRAPPER="$(CURDIR)/fuzz/instrumented" cargo build --release --example fuzz
	@"$(CARGO_TARGET_DIR)/release/examples/fuzz" $(or $(INPUT),--seconds $(SECONDS) $(TARGET))

farm-test: setup build ## real Slurm (which it asks for), OpenJD and object storage; nodes and servers are lost in the middle
	@$(VULKAN) python3 tests/farm/slurm.py "$(MAQUETTE)" --frames 0-1599 --shard-frames 50
	@$(VULKAN) python3 tests/farm/openjd.py "$(MAQUETTE)"
	@[ -x $(S3S)/bin/s3s-fs ] || cargo install s3s-fs --version 0.14.1 --features binary --root $(S3S)
	@$(VULKAN) python3 tests/farm/s3.py "$(MAQUETTE)" $(S3S)/bin/s3s-fs

bench: setup build ## speed next to other simulators' and to the renderer's own limit, and memory over a long run
	@$(VULKAN) python3 benches/run.py --maquette "$(MAQUETTE)" $(BENCH)
	@$(VULKAN) "$(MAQUETTE)" bench

clean: ## remove what was rendered and built here; the engine and the cache stay
	@rm -rf out
	@cargo clean --release -p maquette
