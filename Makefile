# make demo：装好所缺，生成 samples/cases 的全部文书到 out/；make test：装好所缺，跑全部检查与测试
# The suite starts hundreds of processes: what they import is compiled once.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
DEMO := DOCGEN_HOME=.demo $(BIN)/docgen

.PHONY: demo test check setup lock docs templates golden bench proofs clean

demo:
	@setup/install.sh
	@$(BIN)/python samples/demo.py

test:
	@setup/install.sh test
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n 2 --dist worksteal

check:
	$(BIN)/ruff check docgen tests samples docs benchmarks
	$(BIN)/ruff format --check docgen tests samples docs benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/docgen lint templates --strict

setup:
	@setup/install.sh test

lock:
	uv pip compile pyproject.toml --extra dev --generate-hashes --universal -p 3.11 -q --custom-compile-command "make lock" -o requirements.lock

templates:
	$(BIN)/python -m docgen.new.docx templates

golden:
	$(BIN)/python tests/golden_pages.py

bench:
	$(BIN)/python benchmarks/check_cases.py -o benchmarks/results/check_cases.md
	$(BIN)/python benchmarks/footage.py -o benchmarks/results/footage.md
	$(BIN)/python benchmarks/readability.py -o benchmarks/results/readability.md
	$(BIN)/python benchmarks/altered_paper.py -o benchmarks/results/altered_paper.md
	$(BIN)/python benchmarks/guesses.py -o benchmarks/results/guesses.md
	$(BIN)/python benchmarks/printing.py -o benchmarks/results/printing.md
	$(BIN)/python docs/generate.py

proofs:
	$(BIN)/python benchmarks/poisoned.py -o benchmarks/results/poisoned.md
	$(BIN)/python benchmarks/two_cores.py -o benchmarks/results/two_cores.md
	$(BIN)/python benchmarks/kills.py -o benchmarks/results/kills.md
	$(BIN)/python benchmarks/allocation.py -o benchmarks/results/allocation.md
	$(BIN)/python docs/generate.py

docs:
	$(BIN)/python docs/generate.py

clean:
	rm -rf .venv .demo out .mypy_cache .ruff_cache
