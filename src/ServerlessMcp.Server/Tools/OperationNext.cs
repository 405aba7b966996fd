using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;

namespace ServerlessMcp.Server.Tools;

/// <summary>The calls to make with an operation, with what only the caller can fill in.</summary>
internal static class OperationNext
{
    private const int MostOptional = 40;

    public static NextCall Look(AwsOperation operation) => Look(operation.Service, operation.Name);

    public static NextCall Look(string service, string operation) => new(
        "find_operations", new() { ["service"] = service, ["operation"] = operation }, "shows the parameters and the call to make");

    /// <summary>Words of a name that does not exist, to search with.</summary>
    public static NextCall Search(string words) => new("find_operations", new() { ["query"] = words }, "finds what does exist");

    public static NextCalls Of(AwsOperation operation, IReadOnlyList<AwsMember> parameters, bool mayChange)
    {
        var required = parameters.Where(member => member.IsRequired).Select(member => member.Name).ToList();
        var optional = parameters.Where(member => !member.IsRequired).Select(member => member.Name).Take(MostOptional).ToList();
        NextCall Call(string tool, string why, JsonObject arguments, string at) => new(tool, arguments, why)
        {
            Fill = [.. required.Select(name => $"{at}.{name}")],
            MayFill = [.. optional.Select(name => $"{at}.{name}")],
        };
        if (operation.IsHarmlessRead)
        {
            return new(Call("aws_read", "reads it", Plain(operation), "parameters"));
        }

        if ((operation.IsRead && !operation.Acts) || !mayChange)
        {
            return NextCalls.None; // a read of secrets, or a change by a key that only reads
        }

        var step = Plain(operation);
        step["id"] = "step";
        return new(
            Call("aws_change", "plans it with its undo, and starts it if the rules allow", Plain(operation), "parameters"),
            Call(
                "create_plan",
                "only plans it, alone or as one of several steps in order",
                new() { ["title"] = $"{operation.Service}:{operation.Name}", ["steps"] = new JsonArray(step) },
                "steps[0].parameters"));
    }

    private static JsonObject Plain(AwsOperation operation) =>
        new() { ["service"] = operation.Service, ["operation"] = operation.Name, ["parameters"] = new JsonObject() };
}
