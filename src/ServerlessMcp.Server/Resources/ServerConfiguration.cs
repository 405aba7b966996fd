using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Resources;

/// <summary>What the server is set to; no key, no path, no credential, no external id.</summary>
internal static class ServerConfiguration
{
    public static JsonObject Of(ServerOptions options, Principal caller, string region) => new()
    {
        ["version"] = options.Version,
        ["aws"] = new JsonObject { ["mode"] = options.Mode, ["region"] = region, ["changes"] = options.ChangesAllowed },
        ["targets"] = TargetViews.List(options.Targets),
        ["tools"] = new JsonObject
        {
            ["enabled"] = Views.Texts(options.EnabledTools),
            ["critical"] = Views.Texts(options.CriticalTools),
            ["cache_seconds"] = (int)options.ToolCacheTime.TotalSeconds,
        },
        ["keys"] = options.NoAuthPrincipal is null ? "required" : "none",
        ["max_body_bytes"] = options.MaxBodyBytes,
        ["you"] = new JsonObject { ["id"] = caller.Id, ["name"] = caller.Name, ["scopes"] = Views.Texts(caller.Scopes.Order(StringComparer.Ordinal)) },
    };
}
