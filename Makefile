# GNU make 3.81 (macOS) is enough. `make` alone lists the targets.

PREFIX  = /usr/local
DESTDIR =

SHELLS = bash zsh dash ksh mksh busybox yash

share = $(PREFIX)/share/multivenv
doc   = $(PREFIX)/share/doc/multivenv
man   = $(PREFIX)/share/man/man1
zsh   = $(PREFIX)/share/zsh/site-functions
bash  = $(PREFIX)/share/bash-completion/completions
verbs = $(shell sed -n "s/^_multivenv_verbs='\(.*\)'/\1/p" multivenv.sh)

# The installed files
plugin_files = multivenv.sh multivenv.plugin.zsh $(wildcard helper/*.py helper/*/*.py shell/*.sh shell/*.zsh shell/*.txt completions/* help/*.txt)
doc_files    = $(wildcard LICENSE README.md CHANGELOG.md)

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
## test-SHELL: run the tests in one: bash zsh dash ksh mksh busybox yash
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

# make does not expand `~`, and not every shell expands it here
.PHONY: absolute-prefix
absolute-prefix:
	@case "$(PREFIX)" in \
	/*) ;; \
	*) printf '%s\n' "PREFIX is '$(PREFIX)', which is not an absolute path" >&2; exit 1 ;; \
	esac

.PHONY: install
## install PREFIX=DIR: copy everything under DIR (default /usr/local; respects DESTDIR=)
install: absolute-prefix multivenv.1
	@for file in $(plugin_files); do \
		mkdir -p "$(DESTDIR)$(share)/$$(dirname "$$file")" && \
		install -m 644 "$$file" "$(DESTDIR)$(share)/$$file" || exit 1; \
	done
	@for file in $(doc_files); do \
		mkdir -p "$(DESTDIR)$(doc)" && \
		install -m 644 "$$file" "$(DESTDIR)$(doc)/$$file" || exit 1; \
	done
	@mkdir -p "$(DESTDIR)$(man)" "$(DESTDIR)$(zsh)" "$(DESTDIR)$(bash)"
	@install -m 644 multivenv.1 "$(DESTDIR)$(man)/multivenv.1"
	@install -m 644 completions/_multivenv "$(DESTDIR)$(zsh)/_multivenv"
	@for verb in $(verbs); do \
		install -m 644 completions/bash-completion.bash "$(DESTDIR)$(bash)/$$verb" || exit 1; \
	done
	@printf '%s\n' 'Installed. Add this line to ~/.bashrc or ~/.zshrc:' '' \
		"    . \"$(share)/multivenv.sh\"" ''

.PHONY: uninstall
## uninstall PREFIX=DIR: remove the installed files
uninstall: absolute-prefix
	@for file in $(plugin_files); do rm -f "$(DESTDIR)$(share)/$$file"; done
	@for file in $(doc_files); do rm -f "$(DESTDIR)$(doc)/$$file"; done
	@rm -f "$(DESTDIR)$(man)/multivenv.1" "$(DESTDIR)$(zsh)/_multivenv"
	@for verb in $(verbs); do rm -f "$(DESTDIR)$(bash)/$$verb"; done
	@for dir in $(patsubst %/__init__.py,"$(share)/%",$(wildcard helper/*/__init__.py)) "$(share)/helper" "$(share)/shell" "$(share)/completions" "$(share)/help" "$(share)" "$(doc)"; do \
		! [ -d "$(DESTDIR)$$dir" ] || rmdir "$(DESTDIR)$$dir" || exit 1; \
	done
