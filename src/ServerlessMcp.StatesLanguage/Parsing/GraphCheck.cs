using ServerlessMcp.StatesLanguage.States;

namespace ServerlessMcp.StatesLanguage.Parsing;

/// <summary>Every Next leads to a state, every state is reached, and some state ends.</summary>
internal static class GraphCheck
{
    public static void Check(string startAt, IReadOnlyDictionary<string, State> states, List<DefinitionProblem> problems)
    {
        if (!states.ContainsKey(startAt))
        {
            problems.Add(new("/StartAt", $"There is no state '{startAt}'."));
        }

        foreach (var state in states.Values)
        {
            foreach (var target in state.Targets.Distinct().Where(target => !states.ContainsKey(target)))
            {
                problems.Add(new(At(state.Name), $"It leads to '{target}', but there is no such state."));
            }
        }

        if (problems.Count == 0)
        {
            CheckReach(startAt, states, problems);
        }
    }

    private static void CheckReach(string startAt, IReadOnlyDictionary<string, State> states, List<DefinitionProblem> problems)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { startAt };
        var open = new Queue<string>(reached);
        while (open.TryDequeue(out var name))
        {
            foreach (var target in states[name].Targets.Where(reached.Add))
            {
                open.Enqueue(target);
            }
        }

        var lost = states.Keys.Where(name => !reached.Contains(name));
        problems.AddRange(lost.Select(name => new DefinitionProblem(At(name), "No state leads here.")));
        if (!reached.Any(name => states[name].IsTerminal))
        {
            problems.Add(new("/States", "No state ends the run: add Succeed, Fail or End: true."));
        }
    }

    private static string At(string name) =>
        $"/States/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
