using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>
/// Goes on with a rollback that has ended <see cref="ExecutionStatus.RollbackFailed"/>: a new execution of the same plan that begins on its way
/// back, with the facts of the old one, which stays as it ended. Every conflict check is made again.
/// </summary>
/// <remarks>
/// <code>
/// a step of the old one                       begins in the new one as
/// left, while its effect was unknown          Intended: it is looked for again
/// left, before its undo was sent              Done or Failed: compared again, then undone
/// left, after its undo was sent               UndoIntended: compared where that can be told, then sent again as its repeat rule says
/// not taken back (abandoned)                  as it stood
/// any other                                   as it ended: nothing is done with it
/// </code>
/// Order of writes: the facts, which nobody sees yet; then META, OPEN, the claim on the old execution and the locks as one; then the engine.
/// </remarks>
public sealed class RollbackResumer(ITable table, PlanStore plans, ExecutionStore executions, IExecutionEngine engine, TimeProvider time)
{
    private readonly ResourceLocks _locks = new(table, time);

    /// <summary>The execution that goes on with it: the one that does so already, else a new one. Asked again, the same.</summary>
    /// <exception cref="CallerException"><c>nothing_to_retry</c>: it has not ended so; <c>resource_locked</c>.</exception>
    public async Task<Execution> ResumeAsync(Execution failed, CancellationToken cancellationToken)
    {
        if (failed.Status != ExecutionStatus.RollbackFailed)
        {
            throw new CallerException("nothing_to_retry", $"Execution {failed.ExecutionId} has not ended rollback_failed: there is no rollback to go on with.");
        }

        if (await StandingAsync(failed.ExecutionId, cancellationToken) is { } standing)
        {
            return standing;
        }

        var plan = await plans.GetAsync(failed.PlanId, cancellationToken);
        var facts = (await executions.StepsAsync(failed.ExecutionId, cancellationToken)).Select(Resumed).ToList();
        var execution = NewExecution(failed);
        foreach (var some in facts.Select(one => StepPut(execution, one)).Chunk(TableLimits.Writes))
        {
            await table.WriteAsync(some, cancellationToken);
        }

        await new AuditLog(table, time).AppendAsync(
            new(AuditKind.ExecutionRequested, execution.Owner) { ExecutionId = execution.ExecutionId, PlanHash = execution.Hash, Message = $"Goes on with the rollback of {failed.ExecutionId}." },
            cancellationToken);
        var open = plan with { Steps = [.. facts.Where(Running.StepTurns.NeedsUndo).Select(one => plan.Steps[one.Index])] };
        try
        {
            await _locks.TakeAsync(open, execution.ExecutionId, [.. StartWrites(failed, execution, open.Steps.Count)], cancellationToken);
        }
        catch (TableConflictException conflict)
        {
            await _locks.FreeAsync(open, execution.ExecutionId, cancellationToken);
            return await StandingAsync(failed.ExecutionId, cancellationToken)
                ?? throw new CallerException("conflict", "Another request was faster; try again.", retryable: true, cause: conflict);
        }

        var input = ExecutionStarter.RunInput(execution.ExecutionId, execution.Run, execution.Mode);
        await engine.StartAsync(ExecutionStarter.RunName(execution.ExecutionId, execution.Run), input, cancellationToken);
        return execution;
    }

    private async Task<Execution?> StandingAsync(string executionId, CancellationToken cancellationToken) =>
        (await executions.RetryAsync(executionId, cancellationToken)).Retry?.ExecutionId is { } id
        && await table.GetAsync(Keys.Meta(id), strong: true, cancellationToken) is { } item
            ? JsonNodes.To(item.Body, ExecutionsJson.Default.Execution)
            : null;

    private Execution NewExecution(Execution failed)
    {
        var now = time.GetUtcNow();
        return new()
        {
            ExecutionId = ExecutionId.New().Value,
            PlanId = failed.PlanId,
            Hash = failed.Hash,
            Title = failed.Title,
            Owner = failed.Owner,
            Askers = failed.Askers,
            Status = ExecutionStatus.RollingBack,
            Run = 1,
            Mode = Running.Runs.Rollback,
            CreatedAt = now,
            UpdatedAt = now,
            StartedAt = now,
            StepCount = failed.StepCount,
            Failure = failed.Failure,
            UndoOf = failed.UndoOf,
            RetryOf = failed.ExecutionId,
            Origin = failed.MarkedAs,
        };
    }

    private static IEnumerable<TableWrite> StartWrites(Execution failed, Execution execution, int left)
    {
        var ttl = execution.CreatedAt + LargeValues.Kept;
        var line = new ExecutionEvent(execution.CreatedAt, "resumed", null, $"Goes on with the rollback of {failed.ExecutionId}: {left} steps are left.");
        yield return new TableWrite.Put(
            Keys.Meta(execution.ExecutionId), 0, JsonNodes.ToObject(execution, ExecutionsJson.Default.Execution),
            Keys.OwnerIndex(execution.Owner, execution.CreatedAt, execution.ExecutionId), ttl);
        yield return new TableWrite.Put(
            Keys.Open(execution.ExecutionId), 0,
            JsonNodes.ToObject(new OpenRecord(execution.ExecutionId, execution.CreatedAt), ExecutionsJson.Default.OpenRecord));
        yield return new TableWrite.Put(
            Keys.Retry(failed.ExecutionId), 0,
            JsonNodes.ToObject(new RetryRecord(null, execution.ExecutionId, execution.CreatedAt), ExecutionsJson.Default.RetryRecord), Ttl: ttl);
        yield return new TableWrite.Put(
            Keys.Event(execution.ExecutionId, line.At, "000"), 0, JsonNodes.ToObject(line, ExecutionsJson.Default.ExecutionEvent), Ttl: ttl);
    }

    private static TableWrite.Put StepPut(Execution execution, StepFacts facts) => new(
        Keys.Step(execution.ExecutionId, facts.Index), 0, JsonNodes.ToObject(facts, ExecutionsJson.Default.StepFacts), Ttl: execution.CreatedAt + LargeValues.Kept);

    /// <summary>A lease stays: while somebody may still be at a step, nobody else begins.</summary>
    private StepFacts Resumed(StepFacts facts)
    {
        if (!Running.StepTurns.IsLeft(facts) && !Running.StepTurns.NeedsUndo(facts))
        {
            return facts;
        }

        var status = !Running.StepTurns.IsLeft(facts) ? facts.Status : facts.LeftFrom switch
        {
            StepStatus.UndoIntended or StepStatus.UndoWaiting => StepStatus.UndoIntended,
            { } from => from,
            null => StepStatus.Done,
        };
        return facts with
        {
            Status = status,
            LeftFrom = null,
            LeftWhy = null,
            LookWith = null,
            UndoError = null,
            UndoStartedAt = null,
            EndedAt = null,
            Busy = null,
            BusyCount = 0,

            // What an undo made whose answer was lost is looked for before it is sent again.
            SettlingSince = status == StepStatus.UndoIntended ? time.GetUtcNow() : null,
        };
    }
}
