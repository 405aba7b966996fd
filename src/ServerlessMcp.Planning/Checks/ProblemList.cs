using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Planning.Checks;

/// <summary>Collects every problem of a request.</summary>
internal sealed class ProblemList
{
    private readonly List<Problem> _problems = [];

    public bool Any => _problems.Count > 0;

    public void Add(string path, string message)
    {
        if (!_problems.Contains(new(path, message)))
        {
            _problems.Add(new(path, message));
        }
    }

    /// <param name="root">The caller's path of what <c>$</c> stands for.</param>
    public void Add(string root, AwsProblem problem) => Add(At(root, problem.Path), problem.Message);

    public static string At(string root, string path) => path.StartsWith('$') ? root + path[1..] : $"{root}.{path}";

    /// <exception cref="CallerException"><c>invalid_plan</c>, if there is any problem.</exception>
    public void ThrowIfAny()
    {
        if (Any)
        {
            var count = _problems.Count == 1 ? "1 problem" : $"{_problems.Count} problems";
            throw new CallerException("invalid_plan", $"The plan has {count}; nothing was read or changed.", _problems);
        }
    }
}
