using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>
/// Turns a plan into an execution: one atomic write (META, OPEN, the plan's execution id, the idempotency key, the locks), then the engine's start.
/// A crash between the two is mended by the sweep. A plan runs once; asked again, the same execution is the answer.
/// </summary>
/// <param name="policies">Null: the built-in policy, which is never broken.</param>
public sealed class ExecutionStarter(
    ITable table, PlanStore plans, ExecutionStore executions, IExecutionEngine engine, TimeProvider time, IPolicySource? policies = null)
{
    private readonly ResourceLocks _locks = new(table, time);
    private readonly AuditLog _audit = new(table, time);
    private readonly Freezes _freezes = new(table, time);

    /// <exception cref="CallerException"><c>plan_not_found</c>, <c>hash_mismatch</c>, <c>plan_expired</c>, <c>idempotency_key_reused</c>, <c>already_undone</c>, <c>resource_locked</c>, and of <see cref="RefusalCodes"/>.</exception>
    public async Task<Execution> StartAsync(
        string planId, string planHash, Principal caller, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var stored = await plans.FindAsync(planId, caller, cancellationToken)
            ?? throw new CallerException("plan_not_found", $"There is no plan '{planId}' for you. create_plan makes one.");
        CheckHash(stored.Plan, planHash);
        if (idempotencyKey is not null && await OfKeyAsync(idempotencyKey, planId, caller, cancellationToken) is { } same)
        {
            return same;
        }

        if (stored.ExecutionId is { } existing)
        {
            return await executions.GetAsync(existing, caller, cancellationToken);
        }

        CheckTime(stored.Plan);
        await CheckForbiddenAsync(stored.Preview.Verdict, cancellationToken);
        return await StartNewAsync(stored, caller, idempotencyKey, cancellationToken);
    }

    private async Task CheckForbiddenAsync(Verdict verdict, CancellationToken cancellationToken)
    {
        if (await _freezes.FindAsync(cancellationToken) is { } freeze)
        {
            throw freeze.Refusal;
        }

        if (policies?.Read() is { Policy: null })
        {
            throw new CallerException(RefusalCodes.PolicyBroken, $"Nothing was started: {PolicyInForce.BrokenText}.", retryable: true);
        }

        if (verdict.Is == VerdictKind.Forbid)
        {
            throw new CallerException(
                verdict.Code ?? RefusalCodes.ForbiddenByPolicy, $"The verdict on this plan is 'forbid': {verdict.Rule}. Nothing was started.");
        }
    }

    private async Task<Execution> StartNewAsync(
        StoredPlan stored, Principal caller, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var execution = NewExecution(stored, caller);
        try
        {
            await WriteAsync(stored, execution, idempotencyKey, cancellationToken);
        }
        catch (TableConflictException conflict)
        {
            await _locks.FreeAsync(stored.Plan, execution.ExecutionId, cancellationToken);
            return await AfterRaceAsync(
                new("conflict", "Another request was faster; try again.", retryable: true, cause: conflict), stored, caller, cancellationToken);
        }
        catch (CallerException locked) when (locked.Code == ResourceLocks.Locked)
        {
            return await AfterRaceAsync(locked, stored, caller, cancellationToken);
        }

        await engine.StartAsync(RunName(execution.ExecutionId, 1), RunInput(execution.ExecutionId, 1, "RUN"), cancellationToken);
        return execution;
    }

    private async Task WriteAsync(StoredPlan stored, Execution execution, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var writes = await StartWritesAsync(stored, execution, idempotencyKey, cancellationToken);
        await _audit.AppendAsync(
            new AuditEntry(AuditKind.ExecutionRequested, execution.Owner)
            {
                ExecutionId = execution.ExecutionId,
                Account = stored.Plan.Target.Account,
                Region = stored.Plan.Target.Region,
                PlanHash = execution.Hash,
                Rule = stored.Preview.Verdict.Rule,
            },
            cancellationToken);
        await _locks.TakeAsync(stored.Plan, execution.ExecutionId, writes, cancellationToken);
    }

    private async Task<List<TableWrite>> StartWritesAsync(
        StoredPlan stored, Execution execution, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var ttl = execution.CreatedAt + LargeValues.Kept;
        List<TableWrite> writes =
        [
            new TableWrite.Put(
                Keys.Meta(execution.ExecutionId), 0, JsonNodes.ToObject(execution, ExecutionsJson.Default.Execution),
                Keys.OwnerIndex(execution.Owner, execution.CreatedAt, execution.ExecutionId), ttl),
            new TableWrite.Put(
                Keys.Open(execution.ExecutionId), 0,
                JsonNodes.ToObject(new OpenRecord(execution.ExecutionId, execution.CreatedAt), ExecutionsJson.Default.OpenRecord)),
            new TableWrite.Put(
                Keys.Plan(stored.Plan.PlanId), stored.Version,
                JsonNodes.ToObject(new PlanRecord(stored.Plan, execution.ExecutionId), ExecutionsJson.Default.PlanRecord), Ttl: ttl),
        ];
        if (idempotencyKey is not null)
        {
            var body = new JsonObject { ["executionId"] = execution.ExecutionId, ["planId"] = execution.PlanId };
            writes.Add(new TableWrite.Put(Keys.Idempotency(execution.Owner, $"execute:{idempotencyKey}"), 0, body, Ttl: execution.CreatedAt.AddDays(1)));
        }

        if (execution.UndoOf is { } undone)
        {
            writes.Add(await ClaimUndoAsync(undone, execution, cancellationToken));
        }

        return writes;
    }

    /// <summary>One undo at a time: the claim stands until the undo it names has ended without taking everything back.</summary>
    private async Task<TableWrite> ClaimUndoAsync(string undone, Execution undo, CancellationToken cancellationToken)
    {
        var key = Keys.UndoneBy(undone);
        var claim = await table.GetAsync(key, strong: true, cancellationToken);
        if (claim?.Body["executionId"]?.GetValue<string>() is { } earlier
            && await table.GetAsync(Keys.Meta(earlier), strong: true, cancellationToken) is { } item
            && !await executions.HasChangedNothingAsync(JsonNodes.To(item.Body, ExecutionsJson.Default.Execution), cancellationToken))
        {
            throw new CallerException("already_undone", $"Execution {undone} is undone by {earlier}; get_execution shows it.");
        }

        return new TableWrite.Put(key, claim?.Version ?? 0, new JsonObject { ["executionId"] = undo.ExecutionId }, Ttl: undo.CreatedAt + LargeValues.Kept);
    }

    private Execution NewExecution(StoredPlan stored, Principal caller)
    {
        var verdict = stored.Preview.Verdict;
        var now = time.GetUtcNow();
        return new()
        {
            ExecutionId = ExecutionId.New().Value,
            PlanId = stored.Plan.PlanId,
            Hash = stored.Plan.Hash,
            Title = stored.Plan.Title,
            Owner = caller.Id,
            Askers = [.. new[] { caller.Id, caller.Owner, stored.Plan.CreatedBy, stored.Plan.CreatedByOwner }.OfType<string>().Distinct(StringComparer.Ordinal)],
            Status = verdict.Is == VerdictKind.Allow ? ExecutionStatus.Running : ExecutionStatus.AwaitingApproval,
            Scopes = [.. caller.Scopes.Order(StringComparer.Ordinal)],
            Gate = GateOpen.Of(verdict, stored.Plan.ExpiresAt),
            Run = 1,
            CreatedAt = now,
            UpdatedAt = now,
            StepCount = stored.Plan.Steps.Count,
            UndoOf = stored.Plan.UndoOf,
            RetryOf = stored.Plan.RetryOf,
        };
    }

    private static void CheckHash(Plan plan, string planHash)
    {
        if (plan.Hash != planHash)
        {
            throw new CallerException("hash_mismatch", $"The plan's hash is {plan.Hash}, not {planHash}: look at the plan again before you start it.");
        }
    }

    private void CheckTime(Plan plan)
    {
        if (plan.ExpiresAt <= time.GetUtcNow())
        {
            throw new CallerException("plan_expired", $"The plan expired at {plan.ExpiresAt:u}. Make it again with create_plan.");
        }
    }

    private async Task<Execution?> OfKeyAsync(string key, string planId, Principal caller, CancellationToken cancellationToken)
    {
        if (await table.GetAsync(Keys.Idempotency(caller.Id, $"execute:{key}"), strong: true, cancellationToken) is not { } item)
        {
            return null;
        }

        return item.Body["planId"]?.GetValue<string>() == planId
            ? await executions.GetAsync(item.Body["executionId"]!.GetValue<string>(), caller, cancellationToken)
            : throw new CallerException("idempotency_key_reused", "This idempotency key was used for another plan; take a new one.");
    }

    /// <summary>If the same plan has been started meanwhile, that execution is the answer.</summary>
    private async Task<Execution> AfterRaceAsync(CallerException lost, StoredPlan stored, Principal caller, CancellationToken cancellationToken) =>
        (await plans.FindAsync(stored.Plan.PlanId, caller, cancellationToken))?.ExecutionId is { } winner
            ? await executions.GetAsync(winner, caller, cancellationToken)
            : throw lost;

    internal static string RunName(string executionId, int run) => $"{executionId}.{run}";

    internal static JsonObject RunInput(string executionId, int run, string mode) =>
        new() { ["executionId"] = executionId, ["run"] = run, ["mode"] = mode, ["count"] = 0 };
}
