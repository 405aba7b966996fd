using System.Text.Json;
using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>Judges changes by the policy in force; for a cool-down it looks when the resources were changed last.</summary>
/// <param name="table">Null: nothing is known of earlier changes, so that every cool-down stands against them.</param>
public sealed class PlanJudge(IPolicySource policies, ITable? table, TimeProvider time)
{
    private const int AtOnce = 8;

    private readonly PolicyRecord? _record = table is null ? null : new(table, time);

    /// <summary>Reads the policy in force, and puts it on record if it is another one than before.</summary>
    /// <exception cref="TableUnavailableException">It cannot be put on record now.</exception>
    public async Task<PolicyInForce> ReadAsync(CancellationToken cancellationToken)
    {
        var inForce = policies.Read();
        await (_record?.NoteAsync(inForce, cancellationToken) ?? Task.CompletedTask);
        return inForce;
    }

    /// <exception cref="TableUnavailableException">A cool-down cannot be looked up now.</exception>
    public async Task<Verdict> JudgeAsync(ChangeRequest request, CancellationToken cancellationToken)
    {
        var inForce = await ReadAsync(cancellationToken);
        var question = request.Ask(time.GetUtcNow());
        return inForce.Judge(inForce.Policy?.Limits.CoolDownMinutes is null || request.TakesBack
            ? question
            : await WithChangesAsync(request, question, cancellationToken));
    }

    private async Task<PolicyQuestion> WithChangesAsync(ChangeRequest request, PolicyQuestion question, CancellationToken cancellationToken)
    {
        var changes = new Dictionary<string, LastChange>(StringComparer.Ordinal);
        foreach (var batch in request.Steps.Where(step => step.Kind == StepKind.Call).Chunk(AtOnce))
        {
            var found = await Task.WhenAll(batch.Select(step => LastAsync(step, request.ExecutionId, cancellationToken)));
            foreach (var (step, last) in batch.Zip(found))
            {
                if (last is not null)
                {
                    changes[step.Id] = last;
                }
            }
        }

        return question with
        {
            Subjects = [.. question.Subjects.Select(one => one.IsUndo ? one : one with { LastChange = changes.GetValueOrDefault(one.StepId) })],
        };
    }

    /// <returns>Null: no other execution has changed it, or it is looked at when the reference to it has a value.</returns>
    private async Task<LastChange?> LastAsync(Step step, string? own, CancellationToken cancellationToken)
    {
        if (step.Resource is null)
        {
            return PlanSubjects.MakesItsResource(step) ? null : new LastChange(null);
        }

        if (step.Resource.Contains('$', StringComparison.Ordinal))
        {
            return null;
        }

        var item = table is null ? null : await table.GetAsync(ResourceKeys.Meta(step.Resource), strong: true, cancellationToken);
        return table is null ? new LastChange(null) : item is null ? null : Of(item, own);
    }

    /// <summary>A record that cannot be read says nothing, so it stands against the change.</summary>
    private static LastChange? Of(TableItem item, string? own)
    {
        try
        {
            var record = JsonNodes.To(item.Body, ExecutionsJson.Default.ResourceRecord);
            return record.Last.ExecutionId == own ? null : new(record.UpdatedAt);
        }
        catch (JsonException)
        {
            return new(null);
        }
    }
}
