using System.Buffers;
using System.Text.Json.Nodes;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>A call that an answer tells its reader to make: <c>{tool, arguments, why, first?, fill?, may_fill?}</c>.</summary>
/// <param name="Why">What the call does, in words that a job is described in.</param>
internal sealed record NextCall(string Tool, JsonObject Arguments, string Why)
{
    /// <summary>What a person does before it; the call itself only looks.</summary>
    public string? First { get; init; }

    /// <summary>Paths of arguments that only the caller knows, such as <c>parameters.QueueName</c>; the call fails without them.</summary>
    public IReadOnlyList<string> Fill { get; init; } = [];

    /// <summary>Paths that the caller may fill.</summary>
    public IReadOnlyList<string> MayFill { get; init; } = [];

    public JsonObject Json()
    {
        var view = new JsonObject { ["tool"] = Tool, ["arguments"] = Arguments.DeepClone(), ["why"] = Why };
        ExecutionViews.Add(view, "first", First);
        Add(view, "fill", Fill);
        Add(view, "may_fill", MayFill);
        return view;
    }

    public override string ToString()
    {
        var fill = Fill.Count == 0 ? "" : $" with {string.Join(", ", Fill)} filled in";
        return $"{(First is null ? "" : $"{First}; then ")}{Tool} {Views.Compact(Arguments)}{fill}: {Why}";
    }

    private static void Add(JsonObject view, string name, IReadOnlyList<string> paths)
    {
        if (paths.Count > 0)
        {
            view[name] = Views.Texts(paths);
        }
    }
}

/// <summary>What can be done after an answer, in the same shape in every answer and error: <c>next</c>, a call, and <c>options</c>, a list of calls.</summary>
/// <param name="Next">Goes on with what was begun; null when it is done.</param>
/// <param name="Options">What the caller may want besides: nothing is unfinished without them.</param>
internal sealed record NextCalls(NextCall? Next, params IReadOnlyList<NextCall> Options)
{
    /// <summary>For output schemas.</summary>
    public const string Schema =
        """
        "next":{"type":"object"},"options":{"type":"array","items":{"type":"object"}}
        """;

    private static readonly SearchValues<char> PlainNames =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=@,*$#~!%&|;");

    public static NextCalls None { get; } = new((NextCall?)null);

    /// <summary>A name that AWS gave and that can stand in a call of ours: it holds no sentence and no mark of ours.</summary>
    public static bool IsPlainName(string name) => name.Length <= 512 && !name.AsSpan().ContainsAnyExcept(PlainNames);

    public NextCall? Option(string tool) => Options.FirstOrDefault(option => option.Tool == tool);

    /// <summary>Without the calls of tools that the reader is not offered, and without those whose arguments cannot be shown to the letter.</summary>
    public NextCalls Where(Func<string, bool> offered)
    {
        return new(Next is not null && IsShown(Next) ? Next : null, [.. Options.Where(IsShown)]);

        bool IsShown(NextCall call) => offered(call.Tool) && CleanJson.IsClean(call.Arguments);
    }

    public void AddTo(JsonObject view)
    {
        if (Next is not null)
        {
            view["next"] = Next.Json();
        }

        if (Options.Count > 0)
        {
            view["options"] = new JsonArray([.. Options.Select(option => (JsonNode)option.Json())]);
        }
    }

    /// <summary>A line each, after the answer's text.</summary>
    public IEnumerable<string> Lines() =>
        Options.Select(option => $"{(Next is null && Options.Count == 1 ? "Next" : "Or")}: {option}").Prepend($"Next: {Next}").Skip(Next is null ? 1 : 0);
}
