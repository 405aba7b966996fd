using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning;

/// <summary>How a bake reads its alarms, and whether it may be planned.</summary>
/// <remarks>Source: CloudWatch API, DescribeAlarms: without AlarmTypes only metric alarms are answered, even by name.</remarks>
internal static class AlarmReads
{
    public const string Iam = "cloudwatch:DescribeAlarms";

    public static ApiCall Call(IReadOnlyList<string> alarms) => new("aws", "cloudwatch", "DescribeAlarms", new()
    {
        ["AlarmNames"] = Texts(alarms),
        ["AlarmTypes"] = Texts(["MetricAlarm", "CompositeAlarm"]),
    });

    /// <summary>Why a bake cannot be planned: alarms that are not there, that nobody could read, or that are in ALARM already.</summary>
    public static IEnumerable<(string Code, Problem Problem)> Refusals(StepDraft draft, BeforeResult read)
    {
        if (draft is not { Look.Bake: { } bake })
        {
            yield break;
        }

        if (read.Raw is not { } answer)
        {
            yield return ("alarms_unreadable", new($"{draft.Path}.alarms", "could not be looked at, so nobody can tell whether they are there") { Quoted = read.Why });
            yield break;
        }

        var states = AlarmStates.Of(answer);
        for (var n = 0; n < bake.Alarms.Count; n++)
        {
            var (name, path) = (bake.Alarms[n], $"{draft.Path}.alarms[{n}]");
            if (!states.TryGetValue(name, out var state))
            {
                yield return ("alarm_not_found", new(path, $"there is no alarm '{name}' in this account and region"));
            }
            else if (state.IsAlarm && draft.Request.Bake?.MayBeInAlarm != true)
            {
                yield return ("in_alarm", new(
                    path, $"'{name}' is in ALARM now, so the bake would fail at once. If an earlier step mends that, say so with may_be_in_alarm"));
            }
        }
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
