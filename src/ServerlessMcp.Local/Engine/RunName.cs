using System.Buffers;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Local.Engine;

/// <summary>What Step Functions takes as the name of a run. Source: StartExecution, name.</summary>
internal static class RunName
{
    private const int Most = 80;

    private static readonly SearchValues<char> Refused = SearchValues.Create(" \t\r\n<>{}[]?*\"#%\\^|~`$&,;:/");

    /// <exception cref="CallerException"><c>invalid_run_name</c>.</exception>
    public static void Check(string name)
    {
        if (name.Length is < 1 or > Most || name.AsSpan().IndexOfAny(Refused) >= 0 || name.Any(IsControl))
        {
            throw new CallerException(
                "invalid_run_name",
                $"A run's name has 1 to {Most} characters, no space, no control character and none of <>{{}}[]?*\"#%\\^|~`$&,;:/.");
        }
    }

    private static bool IsControl(char character) => char.IsControl(character) || char.IsSurrogate(character) || character >= '\uFFFE';
}
