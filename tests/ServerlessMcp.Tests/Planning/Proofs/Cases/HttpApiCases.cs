using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Tests.Local.Emulator;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>HTTP APIs and what they consist of.</summary>
internal static class HttpApiCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["apigatewayv2:CreateApi"] = _ => Step("apigatewayv2", "CreateApi", """{ "Name": "proof", "ProtocolType": "HTTP", "Tags": { "team": "a" } }"""),
        ["apigatewayv2:CreateIntegration"] = async stage => Integration(stage, await ApiAsync(stage)),
        ["apigatewayv2:CreateRoute"] = async stage =>
        {
            var api = await ApiAsync(stage);
            var integration = await stage.MadeAsync("apigatewayv2", "CreateIntegration", Integration(stage, api).Parameters, "IntegrationId");
            return Request("apigatewayv2", "CreateRoute", $$"""{ "ApiId": "{{api}}", "RouteKey": "GET /items/{id}", "Target": "integrations/{{integration}}" }""");
        },
        ["apigatewayv2:CreateStage"] = async stage =>
            await Step("apigatewayv2", "CreateStage", $$"""{ "ApiId": "{{await ApiAsync(stage)}}", "StageName": "$default", "AutoDeploy": true }"""),
    };

    private static Task<string> ApiAsync(ProofStage stage) => stage.MadeAsync(
        "apigatewayv2", "CreateApi", new() { ["Name"] = $"api-{stage.Tag}", ["ProtocolType"] = "HTTP" }, "ApiId");

    private static StepRequest Integration(ProofStage stage, string api) => Request("apigatewayv2", "CreateIntegration", $$"""
        { "ApiId": "{{api}}", "IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0",
          "IntegrationUri": "arn:aws:lambda:{{stage.Region}}:{{EmulatorFixture.Account}}:function:f" }
        """);
}
