using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.Tests.AwsApi.Calls;

public sealed class OptInRegionTests
{
    private static readonly AwsCatalog Catalog = new();

    [Theory]
    [InlineData("af-south-1", "InvalidClientTokenId", true)]
    [InlineData("me-central-1", "AuthFailure", true)]
    [InlineData("af-south-1", "AccessDenied", false)]
    [InlineData("eu-west-1", "InvalidClientTokenId", false)]
    [InlineData("cn-north-1", "InvalidClientTokenId", false)]
    public async Task A_region_that_may_not_be_enabled_is_said_where_AWS_speaks_of_the_credentials(string region, string code, bool isSaid)
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(403, $"""
            <ErrorResponse><Error><Code>{code}</Code><Message>The security token included in the request is invalid.</Message></Error><RequestId>r</RequestId></ErrorResponse>
            """));
        using var aws = new AwsClient(Catalog, AwsClientOptions.Sandbox(endpoint.Address), TimeProvider.System);

        var refused = await Assert.ThrowsAsync<AwsCallException>(
            () => aws.ReadAsync(new(region), "sts", "GetCallerIdentity", [], TestContext.Current.CancellationToken));

        Assert.StartsWith("The security token included in the request is invalid.", refused.AwsMessage, StringComparison.Ordinal);
        Assert.Equal(isSaid, refused.AwsMessage.Contains($"{region} is a Region that must be enabled in the account first", StringComparison.Ordinal));
    }
}
