using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>
/// A refusal that only says that AWS does not see yet what this execution made a moment ago: the one refusal that does not turn it round.
/// </summary>
/// <remarks>
/// <code>
/// on the way back                                    a refusal
/// a deletion, "in use", of ours deleted a while ago  WAIT, see StillInUse
/// of any class but not_found, eventual_consistency   a refusal
/// nothing of ours is named by the call               a refusal
/// what is named was made more than a minute before   a refusal
/// else                                               WAIT, for a minute at most, or the settle time of either step if that is longer
/// </code>
/// Named: referred to, or a parameter is the resource, or ends with its name. A step's own new thing is named by its wait. A refusal that by
/// its message can only be IAM's slowness is about any step of ours on IAM.
/// </remarks>
internal static class OwnLag
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(60);

    /// <returns>Null: it is a refusal.</returns>
    public static async Task<Answer?> WaitAsync(StepVisit visit, StepTrouble trouble, CancellationToken cancellationToken)
    {
        if (visit.IsBackward || trouble.Class is null || Cause(visit, trouble) is not var (at, most, what))
        {
            return null;
        }

        var since = visit.Facts.LagSince ?? visit.Now;
        var (passed, age) = (visit.Now - since, since - at);
        if (passed >= most || age >= most)
        {
            return null;
        }

        var why = $"{what}; tried again for up to {most.TotalSeconds:0} s. {trouble.Message}";
        var facts = ForwardCall.Free(visit.Facts) with
        {
            Sent = visit.Facts.Status != StepStatus.Intended && visit.Facts.Sent,
            LagSince = since,
            Busy = trouble with { Message = why, Class = TroubleClass.EventualConsistency, Since = since },
            RequestIds = ForwardCall.With(visit.Facts.RequestIds, trouble.RequestId),
        };
        await visit.SaveAsync(
            facts, cancellationToken, visit.Facts.LagSince is null ? [visit.Event("step_lag", $"{visit.Step.Id} waits: {trouble.Code}: {why}")] : []);
        return visit.Wait(Delays.Settle(passed, most - passed));
    }

    private static (DateTimeOffset At, TimeSpan Most, string What)? Cause(StepVisit visit, StepTrouble trouble)
    {
        if (visit.Step.Effect == StepEffect.Delete && StillInUse.Is(trouble) && StillInUse.Taker(visit) is var (taker, taken))
        {
            return (taken, StillInUse.Most, $"AWS does not see yet that step '{taker.Id}' took away what used it");
        }

        var kind = Troubles.Of(trouble);
        return kind is TroubleClass.NotFound or TroubleClass.EventualConsistency && Maker(visit, kind) is var (maker, made)
            ? (made, new[] { Least, visit.SettleTime, TimeSpan.FromSeconds(maker.SettleSeconds) }.Max(), $"AWS does not see yet what step '{maker.Id}' made")
            : null;
    }

    private static (Step Step, DateTimeOffset At)? Maker(StepVisit visit, TroubleClass kind)
    {
        if (visit.Facts.Status == StepStatus.Waiting && visit.Step.Effect == StepEffect.Create)
        {
            return (visit.Step, visit.Facts.WaitingSince ?? visit.Now);
        }

        var texts = Texts(visit);
        return visit.Snapshot.Steps.Values.Select(stored => stored.Facts)
            .Where(facts => facts is { Status: StepStatus.Done, EndedAt: not null } && facts.Index < visit.Facts.Index)
            .OrderByDescending(facts => facts.EndedAt)
            .Where(facts => Is(visit.Snapshot.Plan.Steps[facts.Index], facts, kind, texts))
            .Select(facts => ((Step, DateTimeOffset)?)(visit.Snapshot.Plan.Steps[facts.Index], facts.EndedAt!.Value))
            .FirstOrDefault();
    }

    private static bool Is(Step step, StepFacts facts, TroubleClass kind, IReadOnlyList<string> texts)
    {
        if (kind == TroubleClass.EventualConsistency && step.Call.Service == "iam")
        {
            return true;
        }

        return step.Effect == StepEffect.Create && texts.Any(text =>
            text.Contains($"${{steps.{step.Id}.", StringComparison.Ordinal) || (facts.Resource is { } resource && Names(text, resource)));
    }

    private static bool Names(string text, string resource)
    {
        var name = resource[(resource.LastIndexOfAny(['/', ':']) + 1)..];
        return name.Length > 0 && (text == resource || text == name
            || text.EndsWith($"/{name}", StringComparison.Ordinal) || text.EndsWith($":{name}", StringComparison.Ordinal));
    }

    private static List<string> Texts(StepVisit visit)
    {
        var texts = new List<string>();
        Collect(visit.Step.ParametersOf(visit.Facts.Alternative), texts);
        return texts;
    }

    private static void Collect(JsonNode? node, List<string> texts)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, value) in members)
                {
                    Collect(value, texts);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Collect(item, texts);
                }

                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                texts.Add(text);
                break;
        }
    }
}
