using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Server.Tools;

/// <summary>AWS operations as a client sees them.</summary>
internal static class OperationViews
{
    private const int MaxParameters = 8000;
    private const int MaxDepth = 4;
    private const int MaxValues = 40;
    private const int MaxSentence = 160;

    public static string Line(AwsOperation operation, UndoCatalogue undos)
    {
        var undo = Classes(operation, undos) is { Count: > 0 } classes ? $", undo {string.Join(" or ", classes.Select(one => Word(one.Class)).Distinct())}" : "";
        return $"{operation.Service}:{operation.Name} ({Access(operation)}{undo}): {Cut(operation.Documentation)}";
    }

    public static JsonObject Short(AwsOperation operation, IAwsCatalog catalog, UndoCatalogue undos)
    {
        var view = Head(operation, undos);
        view["required"] = new JsonObject(catalog.Parameters(operation, 1).Where(member => member.IsRequired)
            .Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Type)));
        return view;
    }

    /// <summary>As deep as fits.</summary>
    public static JsonObject Whole(AwsOperation operation, IAwsCatalog catalog, UndoCatalogue undos)
    {
        var view = Head(operation, undos);
        view["parameters"] = Fitting(depth => Members(catalog.Parameters(operation, depth)));
        view["answer"] = new JsonObject(catalog.Answer(operation, 1).Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Type)));
        if (catalog.Waiters(operation) is { Count: > 0 } waiters)
        {
            view["waiters"] = Views.Texts(waiters);
        }

        if (undos.Find(operation.Service, operation.Name)?.Wait is { } wait)
        {
            view["waits_for"] = wait.Waiter ?? wait.Until;
        }

        return view;
    }

    private static JsonObject Head(AwsOperation operation, UndoCatalogue undos)
    {
        var view = new JsonObject { ["service"] = operation.Service, ["operation"] = operation.Name, ["access"] = Access(operation) };
        ExecutionViews.Add(view, "about", operation.Documentation);
        if (operation.SensitiveWhen is { } when)
        {
            view["sensitive_when"] = $"{when.Path} is {when.Value}";
        }

        if (Classes(operation, undos) is { Count: > 0 } classes)
        {
            view["undo"] = new JsonArray([.. classes.Select(Undo)]);
        }

        return view;
    }

    private static JsonNode Undo(EntryClass one)
    {
        var view = new JsonObject { ["class"] = Word(one.Class) };
        ExecutionViews.Add(view, "when", one.When);
        if (one.Loses is { Count: > 0 } loses)
        {
            view["loses"] = Views.Texts(loses);
        }

        return view;
    }

    /// <summary>None for a read; class none for a change without an entry.</summary>
    private static IReadOnlyList<EntryClass> Classes(AwsOperation operation, UndoCatalogue undos) =>
        operation.IsRead ? [] : undos.Find(operation.Service, operation.Name)?.Class ?? [new(UndoClass.None)];

    private static string Access(AwsOperation operation) => operation switch
    {
        { IsHarmlessRead: true } => "read",
        { IsRead: true } => "sensitive_read",
        _ => "change",
    };

    private static JsonArray Fitting(Func<int, JsonArray> members)
    {
        for (var depth = MaxDepth; depth > 1; depth--)
        {
            if (members(depth) is var all && Views.Compact(all).Length <= MaxParameters)
            {
                return all;
            }
        }

        return members(1);
    }

    private static JsonArray Members(IReadOnlyList<AwsMember> members) =>
        [.. members.OrderByDescending(member => member.IsRequired).Select(member => (JsonNode)Member(member))];

    private static JsonObject Member(AwsMember member)
    {
        var view = new JsonObject { ["name"] = member.Name, ["type"] = member.Type };
        if (member.IsRequired)
        {
            view["required"] = true;
        }

        if (member.IsSensitive)
        {
            view["secret"] = true;
        }

        ExecutionViews.Add(view, "about", member.Documentation is null ? null : Cut(member.Documentation));
        if (member.Values is { Count: > 0 } values)
        {
            view["values"] = Views.Texts(values.Count <= MaxValues ? values : [.. values.Take(MaxValues), $"and {values.Count - MaxValues} more"]);
        }

        if (member.Members.Count > 0)
        {
            view["members"] = Members(member.Members);
        }

        return view;
    }

    private static string Cut(string? sentence) => sentence is null ? "" : sentence.Length <= MaxSentence ? sentence : $"{sentence[..MaxSentence]}...";

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
