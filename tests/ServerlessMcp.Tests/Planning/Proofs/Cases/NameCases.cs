using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Records of hosted zones.</summary>
internal static class NameCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["route-53:ChangeResourceRecordSets"] = async stage => Record(await ZoneAsync(stage), "UPSERT", "www", 300, "192.0.2.1"),
        ["route-53:ChangeResourceRecordSets create"] = async stage => Record(await ZoneAsync(stage), "CREATE", "www", 300, "192.0.2.1"),
        ["route-53:ChangeResourceRecordSets over another"] = async stage => Record(await WithRecordAsync(stage), "UPSERT", "www", 60, "192.0.2.9"),
        ["route-53:ChangeResourceRecordSets delete"] = async stage => Record(await WithRecordAsync(stage), "DELETE", "www", 300, "192.0.2.1"),
        ["route-53:ChangeResourceRecordSets of one of several weights"] = async stage =>
        {
            var zone = await ZoneAsync(stage);
            foreach (var side in new[] { "blue", "green" })
            {
                await stage.OtherHandAsync("route-53", "ChangeResourceRecordSets", Weighted(zone, "CREATE", side, 50).Parameters);
            }

            return Weighted(zone, "UPSERT", "green", 100);
        },
    };

    private static async Task<string> ZoneAsync(ProofStage stage)
    {
        var id = await stage.MadeAsync(
            "route-53", "CreateHostedZone", new() { ["Name"] = $"{stage.Tag}.example.com", ["CallerReference"] = stage.Tag }, "HostedZone.Id");
        return id[(id.LastIndexOf('/') + 1)..] + " " + stage.Tag;
    }

    private static async Task<string> WithRecordAsync(ProofStage stage)
    {
        var zone = await ZoneAsync(stage);
        await stage.OtherHandAsync("route-53", "ChangeResourceRecordSets", Record(zone, "CREATE", "www", 300, "192.0.2.1").Parameters);
        await stage.OtherHandAsync("route-53", "ChangeResourceRecordSets", Record(zone, "CREATE", "www2", 300, "192.0.2.2").Parameters);
        return zone;
    }

    private static StepRequest Record(string zone, string action, string name, int seconds, string address) => Request(
        "route-53", "ChangeResourceRecordSets", $$"""
        { "HostedZoneId": "{{zone.Split(' ')[0]}}", "ChangeBatch": { "Changes": [{ "Action": "{{action}}", "ResourceRecordSet": {
          "Name": "{{name}}.{{zone.Split(' ')[1]}}.example.com", "Type": "A", "TTL": {{seconds}}, "ResourceRecords": [{ "Value": "{{address}}" }] } }] } }
        """);

    private static StepRequest Weighted(string zone, string action, string side, int weight)
    {
        var step = Record(zone, action, "app", 60, "192.0.2.7");
        var set = step.Parameters["ChangeBatch"]!["Changes"]![0]!["ResourceRecordSet"]!;
        (set["SetIdentifier"], set["Weight"]) = (side, weight);
        return step;
    }
}
