using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Roles, policies and instance profiles. IAM is global: each case has names of its own.</summary>
internal static class IamCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["iam:CreateRole"] = _ => Step("iam", "CreateRole", $$"""{ "RoleName": "{{Name()}}", "Path": "/proof/", "AssumeRolePolicyDocument": {{Trust("ec2")}}, "Description": "a role" }"""),
        ["iam:UpdateAssumeRolePolicy"] = async stage => await OnRole(stage, "UpdateAssumeRolePolicy", $$"""{ "PolicyDocument": {{Trust("lambda")}} }"""),
        ["iam:PutRolePolicy"] = async stage => await OnRole(stage, "PutRolePolicy", Inline("s3:GetObject")),
        ["iam:PutRolePolicy anew"] = async stage => await WithInlineAsync(stage, await OnRole(stage, "PutRolePolicy", Inline("s3:PutObject"))),
        ["iam:DeleteRolePolicy"] = async stage => await WithInlineAsync(stage, await OnRole(stage, "DeleteRolePolicy", """{ "PolicyName": "inline" }""")),
        ["iam:AttachRolePolicy"] = async stage => await OnRole(stage, "AttachRolePolicy", $$"""{ "PolicyArn": "{{await PolicyAsync(stage)}}" }"""),
        ["iam:DetachRolePolicy"] = async stage =>
        {
            var step = await OnRole(stage, "DetachRolePolicy", $$"""{ "PolicyArn": "{{await PolicyAsync(stage)}}" }""");
            await stage.OtherHandAsync("iam", "AttachRolePolicy", step.Parameters.DeepClone().AsObject());
            return step;
        },
        ["iam:CreatePolicy"] = _ => Step("iam", "CreatePolicy", $$"""{ "PolicyName": "{{Name()}}", "PolicyDocument": {{Document("s3:GetObject")}} }"""),
        ["iam:CreateInstanceProfile"] = _ => Step("iam", "CreateInstanceProfile", $$"""{ "InstanceProfileName": "{{Name()}}" }"""),
        ["iam:AddRoleToInstanceProfile"] = async stage =>
        {
            var profile = new JsonObject { ["InstanceProfileName"] = Name() };
            await stage.OtherHandAsync("iam", "CreateInstanceProfile", profile.DeepClone().AsObject());
            return await OnRole(stage, "AddRoleToInstanceProfile", profile.ToJsonString());
        },
        ["iam:UpdateRole"] = async stage =>
        {
            var step = await OnRole(stage, "UpdateRole", """{ "Description": "new", "MaxSessionDuration": 7200 }""");
            await stage.OtherHandAsync("iam", "UpdateRole", new() { ["RoleName"] = step.Parameters["RoleName"]!.ToString(), ["Description"] = "old" });
            return step;
        },
        ["iam:TagRole"] = async stage =>
        {
            var step = await OnRole(stage, "TagRole", """{ "Tags": [{ "Key": "team", "Value": "b" }, { "Key": "new", "Value": "x" }] }""");
            await stage.OtherHandAsync("iam", "TagRole", JsonNode.Parse(
                $$"""{ "RoleName": "{{step.Parameters["RoleName"]}}", "Tags": [{ "Key": "team", "Value": "a" }, { "Key": "other", "Value": "stays" }] }""")!.AsObject());
            return step;
        },
        ["iam:PutRolePermissionsBoundary"] = async stage => await OnRole(stage, "PutRolePermissionsBoundary", $$"""{ "PermissionsBoundary": "{{await PolicyAsync(stage)}}" }"""),
        ["iam:PutRolePermissionsBoundary over another"] = async stage => await WithBoundaryAsync(
            stage, await OnRole(stage, "PutRolePermissionsBoundary", $$"""{ "PermissionsBoundary": "{{await PolicyAsync(stage)}}" }""")),
        ["iam:DeleteRolePermissionsBoundary"] = async stage => await WithBoundaryAsync(stage, await OnRole(stage, "DeleteRolePermissionsBoundary", "{}")),
        ["iam:SetDefaultPolicyVersion"] = async stage =>
        {
            var policy = await PolicyAsync(stage);
            await stage.OtherHandAsync("iam", "CreatePolicyVersion", JsonNode.Parse(
                $$"""{ "PolicyArn": "{{policy}}", "PolicyDocument": {{Document("s3:GetObject")}} }""")!.AsObject());
            return Request("iam", "SetDefaultPolicyVersion", $$"""{ "PolicyArn": "{{policy}}", "VersionId": "v2" }""");
        },
    };

    private static async Task<StepRequest> WithBoundaryAsync(ProofStage stage, StepRequest step)
    {
        await stage.OtherHandAsync("iam", "PutRolePermissionsBoundary", new()
        {
            ["RoleName"] = step.Parameters["RoleName"]!.ToString(),
            ["PermissionsBoundary"] = await PolicyAsync(stage),
        });
        return step;
    }

    private static string Name() => $"proof-{Guid.NewGuid():n}";

    private static string Text(string json) => JsonValue.Create(json).ToJsonString();

    private static string Trust(string service) =>
        Text($$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"{{service}}.amazonaws.com"},"Action":"sts:AssumeRole"}]}""");

    private static string Document(string action) =>
        Text($$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"{{action}}","Resource":"arn:aws:s3:::bucket/${aws:username}/*"}]}""");

    private static string Inline(string action) => $$"""{ "PolicyName": "inline", "PolicyDocument": {{Document(action)}} }""";

    private static async Task<string> PolicyAsync(ProofStage stage)
    {
        var name = Name();
        await stage.OtherHandAsync(
            "iam", "CreatePolicy", JsonNode.Parse($$"""{ "PolicyName": "{{name}}", "PolicyDocument": {{Document("s3:ListBucket")}} }""")!.AsObject());
        return $"arn:aws:iam::{stage.Account}:policy/{name}";
    }

    /// <summary>A call on a role of its own.</summary>
    private static async Task<StepRequest> OnRole(ProofStage stage, string operation, string parameters)
    {
        var role = Name();
        await stage.OtherHandAsync(
            "iam", "CreateRole", JsonNode.Parse($$"""{ "RoleName": "{{role}}", "AssumeRolePolicyDocument": {{Trust("ec2")}} }""")!.AsObject());
        var step = Request("iam", operation, parameters);
        step.Parameters["RoleName"] = role;
        return step;
    }

    private static async Task<StepRequest> WithInlineAsync(ProofStage stage, StepRequest step)
    {
        var put = JsonNode.Parse(Inline("s3:GetObject"))!.AsObject();
        put["RoleName"] = step.Parameters["RoleName"]!.ToString();
        await stage.OtherHandAsync("iam", "PutRolePolicy", put);
        return step;
    }
}
