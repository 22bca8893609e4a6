"""Nothing lost: people talk while the service is hurt, and afterwards four lists are compared.

    load ──frames, HTTP──► the service        experiments/ hurt it meanwhile
      └─► ledger: attempted, acknowledged, stored, delivered ──► checker: five counts, all 0

Everything enters by the public doors; only the crowd is staged (`tests/gateway/inside.py: crowd`).

An experiment is one function in a module of `experiments/`, found by itself:

    @experiment(quick={"times": 1}, whole={"times": 20})     # keywords of the function in `make test` and `make faults`
    async def database_killed(run: Run, times: int) -> None:
        \"""Two or three lines for docs/reliability.md: what is done, what is promised.\"""
        for _ in range(times):
            await run.load.said(30)                           # the crowd goes on talking meanwhile
            await asyncio.to_thread(run.site.postgresql.kill) # whatever blocks goes into a thread
            await asyncio.to_thread(run.site.postgresql.start)
        run.expect(condition, "what was promised")            # beyond the five zeros
        run.figures["kills"] = str(times)                     # shown in the table

`sizes=("large",)` leaves out a size, `crowd=Crowd(talks=…, rate=…)` changes who talks (`whole_crowd` at full scale),
`on=` is a context manager by size that yields a `Site` of the experiment's own; without `quick` it runs only in
`make faults`. The installation is shared by the experiments of a run and is to be left up and healthy. An experiment
that wants to know how long a message waited asks `ledger.longest_wait(run.load.ledger)` or `longest_delivery`.

    .venv/bin/python -m tests.faults --list
    .venv/bin/python -m tests.faults killed-in-mid-load --size small --seed 7 --quick
"""
