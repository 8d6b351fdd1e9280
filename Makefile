# The linter is a program of its own, with a version of its own; go run fetches and builds it once.
LINT := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: check test lint golden bench bench-links bench-teams fanout chaos ci

check: ## everything to run before a commit
	go vet ./...
	$(LINT) run
	go test -race ./...

test: ## the tests, as the README runs them
	go test ./...

lint: ## what golangci-lint finds
	$(LINT) run

golden: ## rewrite golden files and the README's table; look at the diff afterwards
	@set -e; for package in $$(grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -n1 dirname | sort -u); do \
		echo "go test $$package -update"; go test "$$package" -update; \
	done

bench: ## presses, awards and leaderboards; the last line has the figures
	go run ./internal/bench

bench-links: ## visits of the public link beside a bare handler; the last line has the figures
	go run ./internal/benchlinks

bench-teams: ## signed presses in Teams beside their token alone, on a real Redis
	CLARION_TEST_REDIS=1 go test ./bot -run xxx -bench TeamsInvoke -benchtime 20000x

chaos: ## processes, Redis, Slack and Teams fail at random; every drop arrives once; some three minutes each
	go run ./internal/chaos -cluster
	go run ./internal/chaos

fanout: ## a drop to 52 and to 1,000 stores under Slack's limits; some four minutes; the last line has the figures
	go run ./internal/fanout

ci: ## everything that .ci/run does
	bash .ci/run
