using ServerlessMcp.Lambda.Hosting;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Tests.Lambda;

public sealed class CloudSettingsTests
{
    private const string Machine = "arn:aws:states:eu-west-1:111122223333:stateMachine:smcp";

    [Fact]
    public void All_of_it_is_read()
    {
        var settings = Read(("SMCP_TABLE", "t"), ("SMCP_BLOBS", "b"), ("SMCP_MACHINE", Machine), ("AWS_REGION", "eu-west-1"), ("SMCP_HOSTS", "a.example, b.example"),
            ("SMCP_ENVIRONMENT", "prod"), ("SMCP_PEPPERS", Peppers.Make().Reveal()),
            ("SMCP_RESOURCE", "https://mcp.example.com/mcp"), ("SMCP_ISSUERS", "https://login.example.com, https://idp.example.com/pool JWT"));

        Assert.Equal(("t", "b", Machine, "eu-west-1", 8080), (settings.Table, settings.Bucket, settings.Machine, settings.Region, settings.Port));
        Assert.Equal(["a.example", "b.example"], settings.Hosts);
        Assert.Equal("prod", settings.Keys?.Environment);
        Assert.Equal([new("https://login.example.com"), new("https://idp.example.com/pool", PlainType: true)], settings.Jwt?.Issuers);
        Assert.Equal("https://mcp.example.com/.well-known/oauth-protected-resource/mcp", settings.Jwt?.Metadata.ToString());
    }

    [Fact]
    public void What_is_missing_or_malformed_is_named_all_at_once()
    {
        var wrong = Assert.Throws<CloudSettingsException>(() => Read(("SMCP_TABLE", "t"), ("SMCP_MACHINE", "smcp"), ("PORT", "many"), ("SMCP_ENVIRONMENT", "Prod!"), ("SMCP_PEPPERS", "a:b")));

        Assert.Equal(
            "SMCP_BLOBS is missing: the name of the bucket of blobs. AWS_REGION is missing: such as eu-west-1. "
            + "SMCP_ENVIRONMENT is 'Prod!'; it must be 2 to 16 of a-z and 0-9. SMCP_PEPPERS is not NAME:BASE64 of 32 bytes or more, with commas between. "
            + "PORT is 'many'; it must be a number from 0 to 65535. "
            + "SMCP_MACHINE is 'smcp'; it must be the ARN of a state machine, arn:aws:states:REGION:ACCOUNT:stateMachine:NAME.",
            wrong.Message);
    }

    [Theory]
    [InlineData("https://mcp.example.com/mcp", "")]
    [InlineData("", "https://login.example.com")]
    [InlineData("http://mcp.example.com/mcp", "https://login.example.com")]
    [InlineData("https://mcp.example.com/mcp/", "https://login.example.com")]
    [InlineData("https://mcp.example.com/mcp", "http://login.example.com")]
    [InlineData("https://mcp.example.com/mcp", "login")]
    public void Tokens_need_the_endpoints_address_and_issuers_by_https(string resource, string issuers)
    {
        var wrong = Assert.Throws<CloudSettingsException>(() => Read(("SMCP_RESOURCE", resource), ("SMCP_ISSUERS", issuers)));

        Assert.Contains("SMCP_ISSUERS", wrong.Message, StringComparison.Ordinal);
    }

    private static CloudSettings Read(params (string Name, string Value)[] variables) =>
        CloudSettings.Read(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
