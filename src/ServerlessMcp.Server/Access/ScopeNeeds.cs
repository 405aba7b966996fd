using System.Collections.Frozen;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Access;

/// <summary>Which scope a request needs. What is not named here answers every caller: with nothing, with their own list, or that there is no such method.</summary>
internal sealed class ScopeNeeds(ToolCatalog tools)
{
    private static readonly FrozenDictionary<string, string> Methods = new Dictionary<string, string>
    {
        ["prompts/get"] = Scope.Read,
        ["resources/read"] = Scope.Read,
        ["tasks/get"] = Scope.Read,
        ["tasks/cancel"] = Scope.Operate,
        ["tasks/update"] = Scope.Operate,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <returns>Null: none.</returns>
    public string? Of(RequestHead head) => head is { Method: "tools/call", Name: { } name }
        ? tools.Find(name)?.Tool.Definition.Scope
        : Methods.GetValueOrDefault(head.Method);
}
