# GNU make 3.81 (macOS) is enough. `make` alone lists the targets.

# GNU's variables. PREFIX is an older name of prefix.
PREFIX          = /usr/local
prefix          = $(PREFIX)
exec_prefix     = $(prefix)
bindir          = $(exec_prefix)/bin
datarootdir     = $(prefix)/share
datadir         = $(datarootdir)
mandir          = $(datarootdir)/man
docdir          = $(datarootdir)/doc/multivenv
zshdir          = $(datarootdir)/zsh/site-functions
bashdir         = $(datarootdir)/bash-completion/completions
fishdir         = $(datarootdir)/fish
INSTALL         = install
INSTALL_PROGRAM = $(INSTALL)
INSTALL_DATA    = $(INSTALL) -m 644
DESTDIR         =

SHELLS = bash zsh dash ksh mksh busybox yash fish

.PHONY: help
## help: list the targets
help:
	@sed -n 's/^## \([^:]*\): /\1	/p' Makefile | while IFS='	' read -r target text; do \
		printf '  make %-22s %s\n' "$$target" "$$text"; \
	done

.PHONY: test
## test: run all tests in every shell found (TESTS=files, FILTER=regex)
test:
	@tests/run

.PHONY: quick
## quick: check the changed files, and test the tables of pure functions (20 s at most)
quick:
	@tests/lint --changed && tests/run helper tests/unit/*.bats

.PHONY: $(SHELLS:%=test-%) test-helper
## test-SHELL: run the tests in one: bash zsh dash ksh mksh busybox yash fish
$(SHELLS:%=test-%) test-helper: test-%:
	@tests/run $*
## test-helper: run only the tests of the Python helper

.PHONY: test-tools
## test-tools: run the tests with the real uv, poetry, pipx and others, installed into .tools
test-tools:
	@tests/tools-run

.PHONY: test-faults
## test-faults: kill verbs, fail their writes, cut the power (MULTIVENV_TEST_ALL=1: at each call)
test-faults:
	@tests/faults/run

.PHONY: lint
## lint: check the style of all code (shellcheck, shfmt, ruff, mypy)
lint:
	@tests/lint

.PHONY: format
## format: let shfmt and ruff correct the format
format:
	@tests/lint --format

.PHONY: release-check
## release-check: compare the version with the changelog and the tag of this commit
release-check:
	@tests/release-check

.PHONY: bench
## bench: measure the speed, beside the goals and the other tools found
bench:
	@bench/run

.PHONY: bench-peers
## bench-peers: the same, with virtualenv, uv and virtualenvwrapper installed into .bench to compare
bench-peers:
	@bench/peers

# The verbs and commands, in the order of the overview
help_files = help/multivenv.txt \
	$(shell sed -n -e 's/^  multivenv /  /' -e 's,^  \([a-z]\{1\,\}\) .*,help/\1.txt,p' help/multivenv.txt)
version = $(shell sed -n 's/^_multivenv_version=//p' multivenv.sh)
date = $(shell sed -n 's/^\#\# \[$(version)\] - //p' CHANGELOG.md)

multivenv.1: man/multivenv.awk $(help_files) multivenv.sh CHANGELOG.md
	@awk -v version="$(version)" -v date="$(date)" -f man/multivenv.awk $(help_files) >$@.new
	@mv $@.new $@

.PHONY: man
## man: write the manual page, multivenv.1, from the help texts
man: multivenv.1

.PHONY: all
## all: build what is installed: the manual page
all: multivenv.1

.PHONY: check
## check: the same as test
check: test

# What packaging/install reads
directories = prefix="$(prefix)" bindir="$(bindir)" datadir="$(datadir)" mandir="$(mandir)" docdir="$(docdir)" \
	zshdir="$(zshdir)" bashdir="$(bashdir)" fishdir="$(fishdir)" DESTDIR="$(DESTDIR)"

.PHONY: install
## install prefix=DIR: copy everything under DIR (default /usr/local; respects DESTDIR=)
install: multivenv.1
	@$(directories) INSTALL_DATA="$(INSTALL_DATA)" INSTALL_PROGRAM="$(INSTALL_PROGRAM)" \
		INSTALLED_BY="$(INSTALLED_BY)" packaging/install install
	@printf '%s\n' 'Installed. Add this line to ~/.bashrc or ~/.zshrc:' '' \
		"    . \"$(datadir)/multivenv/multivenv.sh\"" '' 'fish reads $(fishdir)/vendor_conf.d if XDG_DATA_DIRS has $(datadir).' \
		'Otherwise add to ~/.config/fish/config.fish:' '' "    source \"$(datadir)/multivenv/multivenv.fish\"" ''

.PHONY: uninstall
## uninstall prefix=DIR: remove what install copied, and the folders that it created
uninstall:
	@$(directories) packaging/install uninstall

.PHONY: installcheck
## installcheck prefix=DIR: start what is installed there, with an empty home
installcheck:
	@$(directories) packaging/installcheck

.PHONY: clean
## clean: remove what make has built
clean:
	@rm -rf multivenv.1 multivenv.1.new dist
	@find . \( -name .git -o -name .tools -o -name .bench \) -prune -o -name __pycache__ -prune -exec rm -rf {} +

.PHONY: dist
## dist: make the release tarball of this commit, install.sh and the package recipes in dist/
dist:
	@packaging/dist

.PHONY: check-packages
## check-packages: build and try the packages, as far as this machine can
check-packages:
	@packaging/check
