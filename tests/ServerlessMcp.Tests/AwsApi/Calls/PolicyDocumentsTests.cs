using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Calls;

namespace ServerlessMcp.Tests.AwsApi.Calls;

public sealed class PolicyDocumentsTests
{
    private const string Answer = """{ "Role": { "Arn": "a%20b", "AssumeRolePolicyDocument": "%7B%22Version%22%3A%20%222012%2B%22%7D" }, "List": [{ "Document": "{}" }] }""";

    [Fact]
    public void A_policy_of_iam_is_decoded_and_nothing_else() => Assert.Equal(
        """{"Role":{"Arn":"a%20b","AssumeRolePolicyDocument":"{\u0022Version\u0022: \u00222012\u002B\u0022}"},"List":[{"Document":"{}"}]}""",
        PolicyDocuments.Decode("iam", JsonNode.Parse(Answer)!.AsObject()).ToJsonString());

    [Fact]
    public void Another_service_is_left_alone() =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Answer), PolicyDocuments.Decode("s3", JsonNode.Parse(Answer)!.AsObject())));
}
