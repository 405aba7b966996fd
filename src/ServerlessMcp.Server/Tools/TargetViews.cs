using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;

namespace ServerlessMcp.Server.Tools;

/// <summary>The accounts beside the server's own, as a client sees them: never the external id.</summary>
internal static class TargetViews
{
    public static JsonArray List(IReadOnlyList<TargetAccount> targets) => new([.. targets.Select(target => (JsonNode)One(target))]);

    /// <summary>Ends with a line break; nothing where there are no targets.</summary>
    public static string Line(IReadOnlyList<TargetAccount> targets) => targets.Count == 0
        ? ""
        : $"Other accounts: {string.Join("; ", targets.Select(target => target.Regions.Count == 0 ? $"{target}" : $"{target} in {string.Join(", ", target.Regions)}"))}.\n";

    private static JsonObject One(TargetAccount target)
    {
        var view = new JsonObject { ["name"] = target.Name, ["account"] = target.Account, ["role_arn"] = target.RoleArn };
        if (target.Regions.Count > 0)
        {
            view["regions"] = Views.Texts(target.Regions);
        }

        return view;
    }
}
