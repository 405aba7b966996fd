using System.Text.Json.Nodes;
using Amazon.Runtime.Endpoints;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Calls;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.Tests.AwsApi.Calls;

public sealed class EndpointTableTests
{
    private readonly AwsCatalog _catalog = new();

    [Theory]
    [InlineData("ec2", "eu-west-1", "https://ec2.eu-west-1.amazonaws.com/", null)]
    [InlineData("sts", "eu-west-1", "https://sts.eu-west-1.amazonaws.com/", null)]
    [InlineData("sqs", "cn-north-1", "https://sqs.cn-north-1.amazonaws.com.cn/", null)]
    [InlineData("iam", "eu-west-1", "https://iam.amazonaws.com/", "us-east-1")]
    [InlineData("iam", "us-gov-west-1", "https://iam.us-gov.amazonaws.com/", "us-gov-west-1")]
    [InlineData("route-53", "eu-west-1", "https://route53.amazonaws.com/", "us-east-1")]
    [InlineData("cloudfront", "ap-south-1", "https://cloudfront.amazonaws.com/", "us-east-1")]
    [InlineData("organizations", "eu-west-1", "https://organizations.us-east-1.amazonaws.com/", "us-east-1")]
    [InlineData("budgets", "eu-west-1", "https://budgets.amazonaws.com/", "us-east-1")]
    [InlineData("cost-explorer", "cn-north-1", "https://ce.cn-northwest-1.amazonaws.com.cn/", "cn-northwest-1")]
    [InlineData("cost-optimization-hub", "eu-west-1", "https://cost-optimization-hub.us-east-1.amazonaws.com/", "us-east-1")]
    [InlineData("health", "eu-west-1", "https://health.us-east-1.amazonaws.com/", "us-east-1")]
    [InlineData("health", "us-east-2", "https://health.us-east-2.amazonaws.com/", null)]
    [InlineData("pricing", "eu-west-1", "https://api.pricing.us-east-1.amazonaws.com/", "us-east-1")]
    [InlineData("pricing", "eu-central-1", "https://api.pricing.eu-central-1.amazonaws.com/", null)]
    [InlineData("savingsplans", "eu-west-1", "https://savingsplans.amazonaws.com/", "us-east-1")]
    [InlineData("cloudwatch", "eu-west-1", "https://monitoring.eu-west-1.amazonaws.com/", null)]
    [InlineData("ecr", "eu-west-1", "https://api.ecr.eu-west-1.amazonaws.com/", null)]
    [InlineData("s3", "eu-west-1", "https://s3.eu-west-1.amazonaws.com/", "eu-west-1")]
    public void A_service_has_its_endpoint_and_the_region_it_is_signed_for(string service, string region, string url, string? signingRegion)
    {
        var endpoint = Resolve(service, region);

        Assert.Equal(url, new Uri(endpoint.URL).ToString());
        var schemes = endpoint.Attributes?["authSchemes"] as List<object>;
        Assert.Equal(signingRegion, (schemes?[0] as PropertyBag)?["signingRegion"]);
    }

    [Fact]
    public void Fips_is_an_endpoint_of_its_own() =>
        Assert.Equal("https://sts-fips.us-east-1.amazonaws.com/", new Uri(Resolve("sts", "us-east-1", isFips: true).URL).ToString());

    [Theory]
    [InlineData("some-bucket", null, "some-bucket.", "/")]
    [InlineData("with.dots", null, null, "/{Bucket}/")]
    [InlineData("some-bucket", "http://127.0.0.1:1", null, "/{Bucket}/")]
    public void A_bucket_is_in_the_host_only_at_awss_own_endpoint(string bucket, string? endpoint, string? hostPrefix, string path)
    {
        var model = _catalog.Model("s3");
        var options = endpoint is null ? new AwsClientOptions() : AwsClientOptions.Sandbox(new Uri(endpoint));
        using var transport = new Transport(options, isForChanges: false);
        var config = new ServiceConfig(model, _catalog.Index, options, "eu-west-1", transport, retries: 0);
        var call = new ServiceCall(model.FindOperation("HeadBucket")!, new JsonObject { ["Bucket"] = bucket });

        var request = new RequestMarshaller(config).Marshall(call);

        Assert.Equal((hostPrefix, path), (request.HostPrefix, request.ResourcePath));
    }

    private Endpoint Resolve(string service, string region, bool isFips = false) =>
        new EndpointTable(_catalog.Model(service), _catalog.Index).ResolveEndpoint(
            new EndpointParameters { ["Region"] = region, ["UseFIPS"] = isFips, ["UseDualStack"] = false });
}
