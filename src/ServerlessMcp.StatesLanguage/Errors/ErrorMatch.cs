using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Parsing;

namespace ServerlessMcp.StatesLanguage.Errors;

/// <summary>The <c>ErrorEquals</c> of a retrier or catcher.</summary>
/// <remarks>
/// States.ALL matches all but States.Runtime; it matches States.DataLimitExceeded of a task's result (recorded on AWS in March 2024,
/// against the documentation). States.TaskFailed matches every error of a task but time-outs, data limits and States.Runtime.
/// </remarks>
internal sealed class ErrorMatch(IReadOnlyList<string> names)
{
    public bool IsAll => names.Contains(ErrorNames.All);

    public static ErrorMatch Read(Fields fields)
    {
        var names = new List<string>();
        if (fields.Node("ErrorEquals") is JsonArray { Count: > 0 } list && list.All(name => name.Is(JsonValueKind.String)))
        {
            names.AddRange(list.Select(name => name!.GetValue<string>()));
        }
        else
        {
            fields.Problem("ErrorEquals", "A list with at least one error name is required.");
        }

        foreach (var name in names.Where(name => name.StartsWith("States.", StringComparison.Ordinal) && !ErrorNames.Known.Contains(name)))
        {
            fields.Problem("ErrorEquals", $"There is no error {name}; names that begin with States. are the language's own.");
        }

        if (names.Count > 1 && names.Contains(ErrorNames.All))
        {
            fields.Problem("ErrorEquals", $"{ErrorNames.All} must stand alone.");
        }

        return new(names);
    }

    /// <summary>States.ALL, where it stands, must be the last of its list.</summary>
    public static void CheckOrder(Fields state, string list, IReadOnlyList<ErrorMatch> matches)
    {
        for (var i = 0; i < matches.Count - 1; i++)
        {
            if (matches[i].IsAll)
            {
                var pointer = string.Create(CultureInfo.InvariantCulture, $"{state.Child(list)}/{i}/ErrorEquals");
                state.Problems.Add(new(pointer, $"{ErrorNames.All} must be in the last one: those after it are never reached."));
            }
        }
    }

    public bool Matches(RunFailure failure) => failure.Error != ErrorNames.Runtime && names.Any(name =>
        name == failure.Error
        || name == failure.Alias
        || name == ErrorNames.All
        || (name == ErrorNames.TaskFailed && failure.Error is not (ErrorNames.Timeout or ErrorNames.DataLimitExceeded)));
}
