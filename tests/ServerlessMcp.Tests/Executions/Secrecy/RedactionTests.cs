using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Secrecy;

namespace ServerlessMcp.Tests.Executions.Secrecy;

public sealed class RedactionTests
{
    private const string Web = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

    [Theory]
    [InlineData("DB_PASSWORD=hunter2 next", "DB_PASSWORD=(sensitive) next")]
    [InlineData("password: correct-horse", "password: (sensitive)")]
    [InlineData("""{"client_secret":"s3cr3t","id":"a"}""", """{"client_secret":"(sensitive)","id":"a"}""")]
    [InlineData("""say "{\"apiKey\": \"abc123\"}" """, """say "{\"apiKey\": \"(sensitive)\"}" """)]
    [InlineData("""[{"Key":"api-token","Value":"abc"},{"Key":"team","Value":"blue"}]""", """[{"Key":"api-token","Value":"(sensitive)"},{"Key":"team","Value":"blue"}]""")]
    [InlineData("""{\"value\":\"abc\",\"name\":\"DB_PASSWORD\"}""", """{\"value\":\"(sensitive)\",\"name\":\"DB_PASSWORD\"}""")]
    [InlineData("Tags: [{Key: api-token, Value: abc}]", "Tags: [{Key: api-token, Value: (sensitive)}]")]
    [InlineData("postgres://app:p4ss@db.example:5432/x", "postgres://app:(sensitive)@db.example:5432/x")]
    [InlineData("Server=db;User=app;Password=p4ss;Pooling=true", "Server=db;User=app;Password=(sensitive);Pooling=true")]
    [InlineData("Authorization: Bearer abcdef0123456789abcdef", "Authorization: (sensitive)")]
    [InlineData($"token {Web}.", "token (sensitive).")]
    [InlineData("key AKIAIOSFODNN7EXAMPLE found", "key (sensitive) found")]
    [InlineData("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "(sensitive)")]
    [InlineData("GET /o?X-Amz-Expires=60&X-Amz-Signature=0a1b2c3d&x=1", "GET /o?X-Amz-Expires=60&X-Amz-Signature=(sensitive)&x=1")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- after", "(sensitive) after")]
    [InlineData("smcp_0123456789ab_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "(sensitive)")]
    [InlineData("ghp_0123456789abcdefghijklmnopqrstuvwxyz", "(sensitive)")]
    public void What_looks_like_a_secret_is_hidden(string text, string shown) => Assert.Equal(shown, Redaction.Text(text));

    [Theory]
    [InlineData("""{"NextToken":"AAAAAbbbbCCCC1111"}""")]
    [InlineData("""{"AccessKeyId":"AKIAIOSFODNN7EXAMPLE"}""")]
    [InlineData("""{"MasterUserPassword":"${secret:arn:aws:secretsmanager:eu-west-1:111122223333:secret:db}"}""")]
    [InlineData("""{"password":"(sensitive)"}""")]
    [InlineData("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("commit 23fbb44aa0c55ad015a3bf4f1b2b0b822cd15d6c")]
    [InlineData("arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/Database-AbCdEf")]
    [InlineData("/aws/lambda/MyCompanyOrderService1Production")]
    [InlineData("A password was changed; the token has expired.")]
    public void What_only_speaks_of_secrets_is_not(string text)
    {
        Assert.Equal(text, Redaction.Text(text));
        Assert.Equal(text, (string?)Redaction.Json(JsonValue.Create(text)));
    }

    [Fact]
    public void Members_and_pairs_are_hidden_by_their_names_and_the_rest_stays()
    {
        var node = JsonNode.Parse("""
            {"Environment":{"Variables":{"DB_PASSWORD":"hunter2","STAGE":"dev"}},
            "environment":[{"name":"API_TOKEN","value":"t0k"},{"name":"STAGE","value":"dev"}],
            "Key":{"AccessKeyId":"AKIAIOSFODNN7EXAMPLE","SecretAccessKey":"x"},"NextToken":"n","HasPassword":true,"clientToken":"c"}
            """);

        var shown = Redaction.Json(node);

        Assert.Equal(
            """
            {"Environment":{"Variables":{"DB_PASSWORD":"(sensitive)","STAGE":"dev"}},"environment":[{"name":"API_TOKEN","value":"(sensitive)"},{"name":"STAGE","value":"dev"}],"Key":{"AccessKeyId":"AKIAIOSFODNN7EXAMPLE","SecretAccessKey":"(sensitive)"},"NextToken":"n","HasPassword":true,"clientToken":"c"}
            """.Trim(),
            shown!.ToJsonString());
        Assert.Contains("hunter2", node!.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>A plan, an execution and a description of a tool lose nothing.</summary>
    [Fact]
    public void Nothing_that_this_server_says_of_itself_is_hidden()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "tests", "ServerlessMcp.Tests", "Golden"), "*", SearchOption.AllDirectories);

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Equal(File.ReadAllText(file), Redaction.Text(File.ReadAllText(file))));
    }

    [Fact]
    public void What_holds_no_secret_is_not_copied()
    {
        var node = JsonNode.Parse("""{"a":[{"b":"c"}],"n":1}""");

        Assert.Same(node, Redaction.Json(node));
    }
}
