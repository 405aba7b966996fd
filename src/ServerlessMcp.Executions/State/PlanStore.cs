using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>Plans and their previews, each one item. A plan never changes; its record gains the execution that runs it.</summary>
public sealed class PlanStore(ITable table)
{
    /// <exception cref="CallerException"><c>plan_too_large</c>.</exception>
    public async Task SaveAsync(Plan plan, PlanPreview preview, CancellationToken cancellationToken)
    {
        var body = JsonNodes.ToObject(new PlanRecord(plan, null), ExecutionsJson.Default.PlanRecord);
        var bytes = System.Text.Encoding.UTF8.GetByteCount(body.ToJsonString());
        if (bytes > PlanLimits.MaxBytes)
        {
            throw new CallerException("plan_too_large", $"The plan is {bytes} bytes; at most {PlanLimits.MaxBytes} fit. Make two plans of it.");
        }

        var previewBody = JsonNodes.ToObject(new PlanPreviewRecord(preview), ExecutionsJson.Default.PlanPreviewRecord);
        var ttl = plan.CreatedAt + LargeValues.Kept;
        await table.WriteAsync(
            [
                new TableWrite.Put(Keys.Plan(plan.PlanId), 0, body, Ttl: ttl),
                new TableWrite.Put(Keys.Preview(plan.PlanId), 0, previewBody, Ttl: ttl),
            ],
            cancellationToken);
    }

    /// <returns>Null if it is not there or not the caller's: the same answer.</returns>
    public async Task<StoredPlan?> FindAsync(string planId, Principal caller, CancellationToken cancellationToken)
    {
        if (!Ids.IsWellFormed(planId, "pl") || await table.GetAsync(Keys.Plan(planId), strong: true, cancellationToken) is not { } item)
        {
            return null;
        }

        var record = JsonNodes.To(item.Body, ExecutionsJson.Default.PlanRecord);
        if (record.Plan.CreatedBy != caller.Id && !caller.SeesAll)
        {
            return null;
        }

        var preview = await table.GetAsync(Keys.Preview(planId), strong: true, cancellationToken)
            ?? throw new InvalidOperationException($"Plan {planId} has no preview.");
        return new(
            record.Plan, JsonNodes.To(preview.Body, ExecutionsJson.Default.PlanPreviewRecord).Preview, record.ExecutionId, item.Version);
    }

    /// <summary>Notes which plan tries an execution again.</summary>
    /// <param name="version">Of what <see cref="ExecutionStore.RetryAsync"/> read.</param>
    /// <returns>False if another was faster.</returns>
    public async Task<bool> ClaimRetryAsync(
        string executionId, string planId, long version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var body = JsonNodes.ToObject(new RetryRecord(planId, null, now), ExecutionsJson.Default.RetryRecord);
        try
        {
            await table.WriteAsync([new TableWrite.Put(Keys.Retry(executionId), version, body, Ttl: now + LargeValues.Kept)], cancellationToken);
            return true;
        }
        catch (TableConflictException)
        {
            return false;
        }
    }

    /// <summary>The worker's read.</summary>
    internal async Task<PlanPreview> PreviewAsync(string planId, CancellationToken cancellationToken)
    {
        var item = await table.GetAsync(Keys.Preview(planId), strong: true, cancellationToken)
            ?? throw new InvalidOperationException($"Plan {planId} has no preview.");
        return JsonNodes.To(item.Body, ExecutionsJson.Default.PlanPreviewRecord).Preview;
    }

    /// <summary>The worker's read.</summary>
    internal async Task<Plan> GetAsync(string planId, CancellationToken cancellationToken)
    {
        var item = await table.GetAsync(Keys.Plan(planId), strong: true, cancellationToken)
            ?? throw new InvalidOperationException($"Plan {planId} is gone.");
        return JsonNodes.To(item.Body, ExecutionsJson.Default.PlanRecord).Plan;
    }
}

/// <param name="ExecutionId">Set once it is started.</param>
public sealed record StoredPlan(Plan Plan, PlanPreview Preview, string? ExecutionId, long Version);
