using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Amazon.EC2;
using Amazon.EC2.Model;
using ServerlessMcp.Local.Emulator.Proxy;

namespace ServerlessMcp.Tests.Local.Emulator;

[Collection(WithEmulator.Name)]
public sealed class StrictProxyTests(EmulatorFixture emulator)
{
    private readonly string _region = emulator.NewRegion();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_equal_client_token_gets_the_first_answer_again()
    {
        using var ec2 = emulator.Ec2(_region, direct: false);
        var request = new CreateVolumeRequest { AvailabilityZone = _region + "a", Size = 1, ClientToken = Guid.NewGuid().ToString() };

        var first = await ec2.CreateVolumeAsync(request, Cancelled);
        var second = await ec2.CreateVolumeAsync(request, Cancelled);
        var all = await ec2.DescribeVolumesAsync(new() { VolumeIds = [first.Volume.VolumeId] }, Cancelled);

        Assert.Equal(first.Volume.VolumeId, second.Volume.VolumeId);
        Assert.Single(all.Volumes);
        Assert.Equal(ProxyOutcome.Replayed, Last("CreateVolume").Outcome);
    }

    [Fact]
    public async Task The_same_client_token_with_other_parameters_is_refused()
    {
        using var ec2 = emulator.Ec2(_region, direct: false);
        var token = Guid.NewGuid().ToString();
        await ec2.CreateVolumeAsync(new() { AvailabilityZone = _region + "a", Size = 1, ClientToken = token }, Cancelled);

        var error = await Assert.ThrowsAsync<AmazonEC2Exception>(() =>
            ec2.CreateVolumeAsync(new() { AvailabilityZone = _region + "a", Size = 2, ClientToken = token }, Cancelled));

        Assert.Equal("IdempotentParameterMismatch", error.ErrorCode);
    }

    [Fact]
    public async Task A_lost_answer_is_forwarded_once_and_replayed_to_the_second_try()
    {
        using var eye = emulator.Ec2(_region);
        Dictionary<string, string> form = new(StringComparer.Ordinal)
        {
            ["Action"] = "CreateVolume",
            ["AvailabilityZone"] = _region + "a",
            ["Size"] = "77",
            ["ClientToken"] = Guid.NewGuid().ToString(),
        };
        emulator.Proxy.Rules.Add(new ProxyRule
        {
            Service = "ec2",
            Operation = "CreateVolume",
            Parameters = Of("ClientToken", form["ClientToken"]),
            Times = 1,
            Action = ProxyAction.DropAfter,
        });

        // Not with the SDK's client: it tries again by itself, even with MaxErrorRetry 0.
        await Assert.ThrowsAsync<HttpRequestException>(() => SignedAsync("ec2", HttpMethod.Post, "/", new FormUrlEncodedContent(form)));
        Assert.Equal(ProxyOutcome.DroppedAfter, Last("CreateVolume").Outcome);
        var second = await SignedAsync("ec2", HttpMethod.Post, "/", new FormUrlEncodedContent(form));

        var made = await eye.DescribeVolumesAsync(new() { Filters = [new("size", ["77"])] }, Cancelled);
        Assert.Contains(Assert.Single(made.Volumes).VolumeId, second.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_dropped_before_forwarding_never_reaches_the_emulator()
    {
        using var ec2 = emulator.Ec2(_region, direct: false);
        using var eye = emulator.Ec2(_region);
        emulator.Proxy.Rules.Add(new ProxyRule
        {
            Service = "ec2",
            Operation = "CreateVpc",
            Parameters = Of("CidrBlock", "10.77.0.0/16"),
            Action = ProxyAction.DropBefore,
        });

        await Assert.ThrowsAnyAsync<Exception>(() => ec2.CreateVpcAsync(new("10.77.0.0/16"), Cancelled));

        var made = await eye.DescribeVpcsAsync(new() { Filters = [new("cidr", ["10.77.0.0/16"])] }, Cancelled);
        Assert.True(made.Vpcs is null or []);
    }

    [Fact]
    public async Task A_rule_refuses_from_its_nth_call_on_for_its_times()
    {
        using var ec2 = emulator.Ec2(_region, direct: false);
        emulator.Proxy.Rules.Add(new ProxyRule
        {
            Service = "ec2",
            Operation = "DescribeKey*",
            Nth = 2,
            Times = 1,
            Action = ProxyAction.Refuse,
            Code = "Unavailable",
            Message = "m",
            Status = 503,
        });

        await ec2.DescribeKeyPairsAsync(Cancelled);
        var error = await Assert.ThrowsAsync<AmazonEC2Exception>(() => ec2.DescribeKeyPairsAsync(Cancelled));
        await ec2.DescribeKeyPairsAsync(Cancelled);

        Assert.Equal(("Unavailable", HttpStatusCode.ServiceUnavailable), (error.ErrorCode, error.StatusCode));
    }

    [Fact]
    public async Task A_hidden_id_is_not_found_by_name_and_not_listed()
    {
        using var ec2 = emulator.Ec2(_region, direct: false);
        emulator.Proxy.Rules.Add(new ProxyRule
        {
            Service = "ec2",
            Operation = "CreateVpc",
            Parameters = Of("CidrBlock", "10.78.0.0/16"),
            Action = ProxyAction.Hide,
            Ms = 3_600_000,
        });
        var vpc = (await ec2.CreateVpcAsync(new("10.78.0.0/16"), Cancelled)).Vpc.VpcId;

        var error = await Assert.ThrowsAsync<AmazonEC2Exception>(() => ec2.DescribeVpcsAsync(new() { VpcIds = [vpc] }, Cancelled));
        var listed = await ec2.DescribeVpcsAsync(new DescribeVpcsRequest(), Cancelled);

        Assert.Equal("InvalidVpcID.NotFound", error.ErrorCode);
        Assert.DoesNotContain(listed.Vpcs, one => one.VpcId == vpc);
    }

    [Fact]
    public async Task Instances_that_are_in_the_wrong_state_refuse_as_in_AWS()
    {
        using var ec2 = emulator.Ec2(_region, direct: false);
        var run = await ec2.RunInstancesAsync(
            new() { ImageId = "ami-12c6146b", InstanceType = InstanceType.T3Micro, MinCount = 1, MaxCount = 1 }, Cancelled);
        var id = run.Reservation.Instances[0].InstanceId;
        var larger = new ModifyInstanceAttributeRequest { InstanceId = id, InstanceType = "t3.large" };

        var running = await Assert.ThrowsAsync<AmazonEC2Exception>(() => ec2.ModifyInstanceAttributeAsync(larger, Cancelled));
        await ec2.StopInstancesAsync(new() { InstanceIds = [id] }, Cancelled);
        await ec2.ModifyInstanceAttributeAsync(larger, Cancelled);
        await ec2.TerminateInstancesAsync(new() { InstanceIds = [id] }, Cancelled);
        var terminated = await Assert.ThrowsAsync<AmazonEC2Exception>(() => ec2.StopInstancesAsync(new() { InstanceIds = [id] }, Cancelled));

        Assert.Equal("IncorrectInstanceState", running.ErrorCode);
        Assert.Equal("IncorrectInstanceState", terminated.ErrorCode);
    }

    [Fact]
    public async Task What_is_in_use_is_not_deleted()
    {
        using var ec2 = emulator.Ec2(_region, direct: false);
        var vpc = (await ec2.CreateVpcAsync(new("10.79.0.0/16"), Cancelled)).Vpc.VpcId;
        var subnet = (await ec2.CreateSubnetAsync(new() { VpcId = vpc, CidrBlock = "10.79.1.0/24" }, Cancelled)).Subnet.SubnetId;
        var group = (await ec2.CreateSecurityGroupAsync(new() { VpcId = vpc, GroupName = "g", Description = "d" }, Cancelled)).GroupId;
        await ec2.RunInstancesAsync(
            new() { ImageId = "ami-12c6146b", InstanceType = InstanceType.T3Micro, MinCount = 1, MaxCount = 1, SubnetId = subnet, SecurityGroupIds = [group] },
            Cancelled);

        string[] codes =
        [
            await CodeAsync(() => ec2.DeleteSubnetAsync(new() { SubnetId = subnet }, Cancelled)),
            await CodeAsync(() => ec2.DeleteSecurityGroupAsync(new() { GroupId = group }, Cancelled)),
            await CodeAsync(() => ec2.DeleteVpcAsync(new() { VpcId = vpc }, Cancelled)),
        ];

        Assert.All(codes, code => Assert.Equal("DependencyViolation", code));
    }

    [Theory]
    [InlineData("192.168.0.0/24")]
    [InlineData("10.80.1.0/29")]
    public async Task A_subnet_outside_its_VPC_or_too_small_is_refused(string cidr)
    {
        using var ec2 = emulator.Ec2(_region, direct: false);
        var vpc = (await ec2.CreateVpcAsync(new("10.80.0.0/16"), Cancelled)).Vpc.VpcId;

        Assert.Equal("InvalidSubnet.Range", await CodeAsync(() => ec2.CreateSubnetAsync(new() { VpcId = vpc, CidrBlock = cidr }, Cancelled)));
    }

    [Fact]
    public async Task Reserved_tags_and_malformed_ids_are_refused()
    {
        using var ec2 = emulator.Ec2(_region, direct: false);
        var vpc = (await ec2.CreateVpcAsync(new("10.81.0.0/16"), Cancelled)).Vpc.VpcId;

        Assert.Equal(
            "InvalidParameterValue",
            await CodeAsync(() => ec2.CreateTagsAsync(new() { Resources = [vpc], Tags = [new("ok", "1"), new("aws:no", "1")] }, Cancelled)));
        Assert.Equal("InvalidVpcID.Malformed", await CodeAsync(() => ec2.DescribeVpcsAsync(new() { VpcIds = ["vpc-zzz"] }, Cancelled)));
        Assert.Equal("InvalidInstanceID.Malformed", await CodeAsync(() => ec2.StopInstancesAsync(new() { InstanceIds = ["i-1"] }, Cancelled)));
        Assert.Equal("InvalidSubnetID.Malformed", await CodeAsync(() => ec2.DeleteSubnetAsync(new() { SubnetId = "subnet-1" }, Cancelled)));
    }

    [Fact]
    public async Task An_upper_case_bucket_name_is_refused_and_a_good_one_passes_byte_for_byte()
    {
        using var s3 = emulator.S3("us-east-1", direct: false);
        var error = await SignedAsync("s3", HttpMethod.Put, "/UpperCase", null);
        await s3.PutBucketAsync("good-name-1", Cancelled);
        const string Key = "a b/ü+%2F//c";
        await s3.PutObjectAsync(new() { BucketName = "good-name-1", Key = Key, ContentBody = "x\0y" }, Cancelled);

        using var got = await s3.GetObjectAsync("good-name-1", Key, Cancelled);
        using var reader = new StreamReader(got.ResponseStream);
        Assert.Contains("<Code>InvalidBucketName</Code>", error.Body, StringComparison.Ordinal);
        Assert.Equal("x\0y", await reader.ReadToEndAsync(Cancelled));
        Assert.Equal("PutObject", emulator.Proxy.Records.All().Last(one => one.Parameters.GetValueOrDefault("Key") == Key && !one.IsRead).Operation);
    }

    [Fact]
    public async Task An_operation_that_the_emulator_lacks_is_an_AWS_error_and_not_HTML()
    {
        var query = await SignedAsync("ec2", HttpMethod.Post, "/", new FormUrlEncodedContent(Of("Action", "DescribeReservedInstances")));
        using var body = new StringContent("{}", null, "application/x-amz-json-1.1");
        body.Headers.Add("X-Amz-Target", "AmazonSSM.DescribeInstanceInformation");
        var json = await SignedAsync("ssm", HttpMethod.Post, "/", body);

        Assert.Equal(400, query.Status);
        Assert.StartsWith("<?xml", query.Body, StringComparison.Ordinal);
        Assert.Contains("InvalidAction", query.Body, StringComparison.Ordinal);
        Assert.Equal("UnknownOperationException", JsonDocument.Parse(json.Body).RootElement.GetProperty("__type").GetString());
    }

    [Fact]
    public async Task A_table_name_that_is_too_short_is_refused()
    {
        using var body = new StringContent("""{"TableName":"t"}""", null, "application/x-amz-json-1.0");
        body.Headers.Add("X-Amz-Target", "DynamoDB_20120810.CreateTable");

        var answer = await SignedAsync("dynamodb", HttpMethod.Post, "/", body);

        Assert.Contains("ValidationException", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unsigned_request_is_refused()
    {
        using var http = new HttpClient();

        using var answer = await http.GetAsync(emulator.Endpoint, Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("MissingAuthenticationToken", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outside_programs_set_rules_and_read_records_with_the_secret_only()
    {
        using var http = new HttpClient { BaseAddress = emulator.Proxy.Control };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/_smcp/rules", Cancelled)).StatusCode);
        http.DefaultRequestHeaders.Add("X-Smcp-Secret", emulator.Proxy.Secret);
        var rule = new[] { new { service = "ec2", operation = "DescribeImages", action = "refuse", code = "Blocked", times = 1 } };

        Assert.Equal(HttpStatusCode.OK, (await http.PostAsJsonAsync("/_smcp/rules", rule, Cancelled)).StatusCode);
        using var ec2 = emulator.Ec2(_region, direct: false);
        Assert.Equal("Blocked", await CodeAsync(() => ec2.DescribeImagesAsync(Cancelled)));

        var records = await http.GetFromJsonAsync<JsonElement>("/_smcp/records", Cancelled);
        Assert.Contains(
            records.EnumerateArray(),
            one => one.GetProperty("operation").GetString() == "DescribeImages" && one.GetProperty("outcome").GetString() == "refused");
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsJsonAsync("/_smcp/rules", "no", Cancelled)).StatusCode);
    }

    private ProxyRecord Last(string operation) =>
        emulator.Proxy.Records.All().Last(one => one.Operation == operation && one.Region == _region);

    private static Dictionary<string, string> Of(string name, string value) => new(StringComparer.Ordinal) { [name] = value };

    private static async Task<string> CodeAsync(Func<Task> call) => (await Assert.ThrowsAsync<AmazonEC2Exception>(call)).ErrorCode;

    private async Task<(int Status, string Body)> SignedAsync(string service, HttpMethod method, string path, HttpContent? content)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(emulator.Endpoint, path)) { Content = content };
        if (content?.Headers.TryGetValues("X-Amz-Target", out var target) == true)
        {
            request.Headers.Add("X-Amz-Target", target);
        }

        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential=sandbox/20260101/{_region}/{service}/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await http.SendAsync(request, Cancelled);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }
}
